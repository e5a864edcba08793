/**
 * The security log: JSON lines, bounded in what a minute may add and in what they take of the disk, so that whoever makes
 * events cannot fill it, nor push out of it what they did before (ASVS 5.0, 16.2 to 16.4).
 */
import { appendFileSync, existsSync, mkdirSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { callerNetwork, callerSite, countedUnder } from '../../domain/caller-network.ts';
import type { Clock } from '../clock/port.ts';
import type { Log, SecurityEventKind, SecurityLog } from './port.ts';

/** Lines of one kind from one network in a minute; what comes beyond is counted. People mistype, programs repeat. */
const LINES_PER_NETWORK = 10;
/** And from all networks of one IPv6 site, whose owner has as many as they like. */
const LINES_PER_SITE = 30;
/** And from all networks: a flood from many addresses writes at most so much. */
const LINES_PER_KIND = 60;
const MINUTE_MS = 60_000;
/** Nobody's name, no id and no code is longer; a caller's address may be what a proxy wrote. */
const LONGEST_VALUE_CHARACTERS = 80;
/** One file. With the older ones 40 MiB: weeks of the fastest flood from one network. */
const LARGEST_FILE_BYTES = 8 * 1024 * 1024;
const OLDER_FILES = 4;
/** Only its operator reads it. */
const PRIVATE_MODE = 0o600;

export interface SecurityLogOptions {
  /** A file to append to; standard error where there is none. */
  readonly file: string | undefined;
  readonly clock: Clock;
  /** Told once where the file cannot be written: answers never wait for it. */
  readonly log: Log;
  readonly largestFileBytes?: number;
}

interface Counted {
  /** When the minute began. */
  readonly since: Date;
  written: number;
  /** Events that were not written. */
  summed: number;
  /** Of networks and of sites. */
  readonly byNetwork: Map<string, number>;
}

export function createSecurityLog(options: SecurityLogOptions): SecurityLog & { close(): void } {
  const { clock } = options;
  const write = lineWriter(options);
  const minutes = new Map<SecurityEventKind, Counted>();
  const close = (event: SecurityEventKind, { since, summed }: Counted) => {
    minutes.delete(event);
    if (summed > 0) write({ time: clock.now(), event, summed, since: since.toISOString() });
  };
  const closeOver = () => {
    const now = clock.now().getTime();
    for (const [event, counted] of minutes)
      if (Math.abs(now - counted.since.getTime()) >= MINUTE_MS) close(event, counted);
  };
  const timer = setInterval(closeOver, MINUTE_MS / 2);
  timer.unref();
  return {
    note(given) {
      closeOver();
      const { event } = given;
      const address = callerNetwork(given.address);
      const counted = minutes.get(event) ?? { since: clock.now(), written: 0, summed: 0, byNetwork: new Map() };
      minutes.set(event, counted);
      if (!takeTurn(counted, address)) counted.summed += 1;
      else write({ time: clock.now(), ...given, address });
    },
    close() {
      clearInterval(timer);
      for (const [event, counted] of minutes) close(event, counted);
    },
  };
}

/** Whether one more line is written. Networks are remembered only while lines are: as many as there are lines at most. */
function takeTurn(counted: Counted, network: string): boolean {
  const site = callerSite(network);
  const writtenOf = (who: string) => counted.byNetwork.get(who) ?? 0;
  if (counted.written >= LINES_PER_KIND || writtenOf(network) >= LINES_PER_NETWORK) return false;
  if (site !== undefined && writtenOf(site) >= LINES_PER_SITE) return false;
  counted.written += 1;
  for (const who of countedUnder(network)) counted.byNetwork.set(who, writtenOf(who) + 1);
  return true;
}

type Line = Readonly<Record<string, Date | string | number | undefined>>;

function lineWriter({ file, log, largestFileBytes = LARGEST_FILE_BYTES }: SecurityLogOptions): (line: Line) => void {
  let isBroken = false;
  return (line) => {
    try {
      const text = plainLine(line);
      if (file === undefined) writeSync(2, text);
      else append(file, text, largestFileBytes);
      isBroken = false;
    } catch (error) {
      // The answer is refused all the same: it does not depend on its line.
      if (!isBroken) log.error('the security log cannot be written', { reason: String(error) });
      isBroken = true;
    }
  };
}

/** Opened for each line, of which there are few: whoever takes the file away loses nothing of what comes then. */
function append(file: string, line: string, largestFileBytes: number): void {
  if (existsSync(file) && statSync(file).size + line.length > largestFileBytes) rotate(file);
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, line, { mode: PRIVATE_MODE });
}

/** `security.jsonl` becomes `security.jsonl.1`, and so on; the oldest is lost. */
function rotate(file: string): void {
  for (let number = OLDER_FILES - 1; number >= 1; number -= 1)
    if (existsSync(`${file}.${number}`)) renameSync(`${file}.${number}`, `${file}.${number + 1}`);
  renameSync(file, `${file}.1`);
}

/** One line of printable ASCII, whatever the values hold: no line ends early, and no terminal obeys it. */
function plainLine(line: Line): string {
  const short = Object.entries(line).map(([name, value]) => [
    name,
    typeof value === 'string' ? value.slice(0, LONGEST_VALUE_CHARACTERS) : value,
  ]);
  const json = JSON.stringify(Object.fromEntries(short));
  return `${json.replaceAll(/[^\x20-\x7e]/g, escaped)}\n`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
