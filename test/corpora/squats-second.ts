/** A second draw of squats, beside that of `squats.ts`; many are of kinds that were reported in public. */

/** `squat:target`, with blanks between. */
function pairs(text: string): readonly (readonly [squat: string, target: string])[] {
  return text
    .trim()
    .split(/\s+/)
    .map((pair) => {
      const [squat = '', target = ''] = pair.split(':');
      return [squat, target] as const;
    });
}

export const PYPI_SECOND = pairs(`
  easyinstall:setuptools django-server:django mumpy:numpy python-mysql:mysqlclient python-mongo:pymongo
  pyscrapy:scrapy requsests:requests requestr:requests ascii2text:art tensorflwo:tensorflow tensroflow:tensorflow
  tensorfllow:tensorflow seleinum:selenium seleniumm:selenium beautifulsop:beautifulsoup4 pilow:pillow piloww:pillow
  pllow:pillow matplotlibb:matplotlib matplotltib:matplotlib matplolib:matplotlib matplotlip:matplotlib pygaem:pygame
  pygme:pygame pygamer:pygame pytoich:torch pytorhc:torch pytroch:torch scikit-lern:scikit-learn
  sciikit-learn:scikit-learn scikit-learnn:scikit-learn asyincio:asyncio aasyncio:asyncio asyncioo:asyncio
  customtkinterr:customtkinter custtomtkinter:customtkinter custmtkinter:customtkinter simplejsonn:simplejson
  simpelejson:simplejson pyinstallerr:pyinstaller pyinstalle:pyinstaller pyinstaler:pyinstaller fabrice:fabric
  jeilyfish:jellyfish loguro:loguru logur:loguru botoco:botocore bot0core:botocore ultralyticss:ultralytics
  set-utils:python-utils sqlalchemyy:sqlalchemy aiohhtp:aiohttp httpx-py:httpx coloraama:colorama
  colorizator:colorama termcolour:termcolor tremcolor:termcolor termncolor:termcolor telethon2:telethon
  pycrypto2:pycrypto pycryptdome:pycryptodome pycriptodome:pycryptodome pycryptodom:pycryptodome
  cryptographyio:cryptography crytography:cryptography psutilz:psutil ptutil:psutil yaml-py:pyyaml pyyml:pyyaml
  numby:numpy numpyy:numpy panads:pandas padnas:pandas openal:openai opeanai:openai opnai:openai langchan:langchain
  chromadbb:chromadb pydantics:pydantic fastpi:fastapi uvicornn:uvicorn gunicron:gunicorn celry:celery reddis:redis
  pymong:pymongo pymnogo:pymongo psycop2:psycopg2
`);

export const NPM_SECOND = pairs(`
  http-proxy.js:http-proxy jquery.js:jquery nodemailer-js:nodemailer nodemailer.js:nodemailer noderequest:request
  loadyaml:js-yaml loadsh:lodash twilio-npm:twilio ua-parser-jss:ua-parser-js rc-js:rc coa-js:coa axios-js:axios
  chalk-next:chalk chalks:chalk chokader:chokidar chokidarr:chokidar ethers-js:ethers etherss:ethers ethres:ethers
  ethersjs:ethers exprees:express dotenvjs:dotenv dotenv-js:dotenv dotnev:dotenv nodemon-js:nodemon noodemon:nodemon
  nodmon:nodemon puppeter:puppeteer pupeteer:puppeteer puppeteeer:puppeteer reactjs:react react-js:react raect:react
  recat:react reactdom:react-dom react-domm:react-dom vuejs:vue vue.js:vue vitejs:vite eslint-js:@eslint/js
  esllint:eslint prettierr:prettier pretier:prettier babel-core-js:@babel/core babelcore:@babel/core
  @bable/core:@babel/core @babe1/core:@babel/core @type/node:@types/node @typs/node:@types/node
  @typescript_eslint/parser:@typescript-eslint/parser typescript-eslint-parser:@typescript-eslint/parser moent:moment
  momnet:moment momentjs:moment moment.js:moment momment:moment uuidjs:uuid uuids:uuid yargsjs:yargs yarsg:yargs
  requestjs:request requests:request requst:request bignum-js:bignumber.js bignumberjs:bignumber.js ws-js:ws
  socketio-client:socket.io-client socket.io.client:socket.io-client cookie-parsr:cookie-parser
  cookieparser:cookie-parser jsonwebtokens:jsonwebtoken json-webtoken:jsonwebtoken json-web-token:jsonwebtoken
  bcryptjs2:bcryptjs bcript:bcrypt bcrypts:bcrypt winstonn:winston winstom:winston nextjs:next mongodbb:mongodb
  momgodb:mongodb webpacks:webpack webpck:webpack webapck:webpack
`);

/** A third draw, with names in another dress, separators and slips together, and short names that everyone knows. */
export const PYPI_THIRD = pairs(`
  reqeusts:requests rquests:requests requestes:requests requeststs:requests requests-lib:requests requesrs:requests
  requestsaa:requests request-s:requests requesqs:requests python-request:requests python-dateutils:python-dateutil
  pythondateutil:python-dateutil dateutil:python-dateutil pydateutil:python-dateutil python-dateutl:python-dateutil
  jellyfsh:jellyfish jelly-fish:jellyfish colorrama:colorama coloramma:colorama colorma:colorama colouramas:colorama
  color-ama:colorama pycolorama:colorama colorama-py:colorama colormaa:colorama pwd:pwdlib setup-tools:setuptools
  setuptool:setuptools setuptoolz:setuptools pythonsetuptools:setuptools urlib:urllib3 urllib4:urllib3
  urlllib3:urllib3 uurllib3:urllib3 url-lib3:urllib3 djang:django djngo:django djangoo:django django3:django
  py-django:django djangorest:djangorestframework flaskk:flask falsk:flask flask-py:flask pyflask:flask flasks:flask
  openvc-python:opencv-python opencvpython:opencv-python opencv-pyhton:opencv-python opencv-phyton:opencv-python
  opencv-pyton:opencv-python python-opencv:opencv-python opencv-pythn:opencv-python tensorflowe:tensorflow
  tensorfl0w:tensorflow tensrflow:tensorflow tensor-flow:tensorflow tenserflow:tensorflow pytorchs:torch torchs:torch
  torchvison:torchvision torchtriton:triton pytorch-lightening:pytorch-lightning nmupy:numpy numpay:numpy nump:numpy
  numoy:numpy pynumpy:numpy numpy-python:numpy scikitlearn:scikit-learn scikit-leam:scikit-learn scipyy:scipy
  sicpy:scipy scypy:scipy selemium:selenium seleniun:selenium selenuim:selenium beautifullsoup4:beautifulsoup4
  beautifulsoup5:beautifulsoup4 bs5:bs4 beautiflsoup4:beautifulsoup4 pyyalm:pyyaml pyyamll:pyyaml yaml:pyyaml
  discordpy:discord-py discord-pyy:discord-py dsicord-py:discord-py python-discord:discord-py boto-3:boto3 bto3:boto3
  boto33:boto3 botocre:botocore pyboto3:boto3 awscl:awscli aws-cli:awscli cryptograhpy:cryptography
  crytpography:cryptography pycryptodme:pycryptodome pycryptodomes:pycryptodome pycryptodomex2:pycryptodomex
  aiohttpp:aiohttp aiohtp:aiohttp aio-http:aiohttp aiohttps:aiohttp httppx:httpx htpx:httpx pillows:pillow
  pilllow:pillow pyllow:pillow python-pillow:pillow opneai:openai open-ai:openai openais:openai langchaain:langchain
  lang-chain:langchain langchian:langchain sqlachemy:sqlalchemy sqlaclhemy:sqlalchemy sql-alchemy:sqlalchemy
  sqlalchmey:sqlalchemy pyinstalller:pyinstaller pyintaller:pyinstaller py-installer:pyinstaller web3-py:web3
  web3py:web3 wb3:web3 typing-extension:typing-extensions typing-extentions:typing-extensions
  typingextensions:typing-extensions jinja:jinja2 jnija2:jinja2 jinja3:jinja2 jinjaa2:jinja2 markup-safe:markupsafe
  markupsfe:markupsafe paramikko:paramiko parmiko:paramiko pramiko:paramiko paramiko2:paramiko ipython3:ipython
  ipyhton:ipython ipythom:ipython virtualenvs:virtualenv virtulenv:virtualenv pytset:pytest pyest:pytest
  pytests:pytest py-test:pytest termcolors:termcolor tern-color:termcolor certfi:certifi certifii:certifi
  charset-normaliser:charset-normalizer idnaa:idna sixx:six python-six:six fastap:fastapi fast-api:fastapi
  fastapii:fastapi uvcorn:uvicorn uvicron:uvicorn
`);

export const NPM_THIRD = pairs(`
  cross-env-js:cross-env crossenv.js:cross-env cros-env:cross-env cross-evn:cross-env crossenvs:cross-env
  jquey:jquery jqeury:jquery jquerry:jquery jquery2:jquery node-jquery:jquery mongooes:mongoose mongoos:mongoose
  moongoose:mongoose mongodb-js:mongodb nodemailerjs:nodemailer noderequests:request
  typescript-eslint-plugin:@typescript-eslint/eslint-plugin
  @typescript_eslinter/eslint:@typescript-eslint/eslint-plugin types-node:@types/node @types-node/node:@types/node
  typesnode:@types/node @tpyes/node:@types/node @typess/node:@types/node @type/react:@types/react
  types-react:@types/react babel_core:@babel/core @babel-core/core:@babel/core babelpresetenv:@babel/preset-env
  @bable/preset-env:@babel/preset-env event-stram:event-stream evnet-stream:event-stream eventstream:event-stream
  loadsh.js:lodash lodahs.js:lodash lodashes:lodash lodas:lodash lodsh:lodash lod4sh:lodash lodash-js:lodash
  lodash.js:lodash lodash2:lodash expresjs:express expressjs:express express-js:express exxpress:express
  express.js:express expreess:express expess:express reacts:react raect-dom:react-dom react-dmo:react-dom reat:react
  react-doms:react-dom reacct:react reactrouter:react-router axioos:axios axsios:axios axos:axios axiosjs:axios
  axios.js:axios axi0s:axios webpackk:webpack webpakc:webpack web-pack:webpack webpackjs:webpack wepback:webpack
  momen:moment moement:moment moments:moment mom3nt:moment moment.js.js:moment commnader:commander commaner:commander
  commanderr:commander chalck:chalk chak:chalk clalk:chalk chalk-js:chalk chalkjs:chalk inqurier:inquirer
  inquire:inquirer inquierer:inquirer yarg:yargs yargss:yargs dot-env:dotenv dotenvv:dotenv dotevn:dotenv
  doten:dotenv rimarf:rimraf rimraff:rimraf rimaf:rimraf es-lint:eslint eslnt:eslint eslints:eslint eslint-js:eslint
  prettire:prettier pritter:prettier prettierjs:prettier typscript:typescript typesript:typescript
  typescripts:typescript type-script:typescript tpyescript:typescript typescrip:typescript sokcet.io:socket.io
  socketio:socket.io socket-io:socket.io socket.oi:socket.io etherjs:ethers ether-js:ethers ethers.js:ethers
  uuidd:uuid uudi:uuid node-uuid2:uuid semverr:semver semvr:semver sermver:semver jsonwebtokn:jsonwebtoken
  json-web-tokens:jsonwebtoken jsonwebtokenn:jsonwebtoken body-parse:body-parser bodyparser:body-parser
  body-paser:body-parser puppeteerr:puppeteer puppetter:puppeteer pupeter:puppeteer playwrigth:playwright
  playwrght:playwright vue-js:vue vues:vue vuee:vue nextjs:next next.js:next nestjs:@nestjs/core
  angular-core:@angular/core
`);
