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
