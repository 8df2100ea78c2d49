import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { recordingMissing, recordingNone } from "../errors.ts";
import {
  type Int,
  isManifest,
  type Manifest,
  parseRecordingInfo,
  type Probe,
  RECORDING_FORMAT,
  recordingFormat,
  type RecordingInfo,
  type Traced,
} from "../protocol/index.ts";
import type { Damage } from "./damage.ts";
import { type ProbeAt, probesOverTime } from "./loads.ts";

/** One VM's part of a recording. */
export interface Vm {
  readonly name: string;
  /** Null where its file is missing or damaged: times then count from its first event. */
  readonly info: RecordingInfo | null;
  /** Paths, in the order of writing. */
  readonly segments: readonly string[];
  readonly probes: ReadonlyMap<Int, Probe>;
  /** What an id stood for at a time: code may have been loaded anew meanwhile. */
  readonly probeAt: ProbeAt;
}

export interface Recording {
  readonly path: string;
  readonly project: string | null;
  readonly vms: readonly Vm[];
  /** Wall clock of the first VM's beginning. */
  readonly started: bigint | null;
  /** A format that this version cannot read, where one of the files claims it. */
  readonly foreignFormat: number | null;
  /** What was wrong with the folder before any event was read. */
  readonly damage: readonly Damage[];
}

const SEGMENT = /^([A-Za-z0-9_-]+)-(\d{6,})\.events$/;
const INFO = /^recording(-[A-Za-z0-9_-]+)?\.json$/;

/** Opens the folder: what its small files say, and where its segments are. Reads no event. */
export function openRecording(path: string): Recording {
  const names = listFolder(path);
  if (!names.some(isRecordingFile)) throw recordingNone(path);
  const damage: Damage[] = [];
  const texts = names
    .filter((name) => INFO.test(name))
    .map((name) => ({ name, text: readFileSync(join(path, name), "utf8") }));
  const infos = texts.flatMap(({ name, text }) => readInfo(name, text, damage));
  const segments = groupSegments(names, infos, damage);
  const vmNames = [...new Set([...infos.map((info) => info.vm), ...segments.keys()])].sort();
  const manifests = new Map<string, Manifest | null>();
  const vms = vmNames.map((name): Vm => {
    const info = infos.find((one) => one.vm === name) ?? null;
    if (info === null && infos.length > 0)
      damage.push({ file: `recording-${name}.json`, offset: 0, reason: NO_INFO });
    const read = (file: string): Vm["probes"] => probesById(manifestOf(path, file, manifests, damage));
    const probes = read(info?.probes ?? "probes.json");
    const begun = info?.started.monotonic_ns ?? null;
    const probeAt = probesOverTime(probes, join(path, `${name}.loads`), begun, read);
    const files = (segments.get(name) ?? []).map((file) => join(path, file));
    return { name, info, segments: files, probes, probeAt };
  });
  if (infos.length === 0) damage.push({ file: "recording.json", offset: 0, reason: NO_INFO });
  const project = [...manifests.values()].find((manifest) => manifest !== null)?.project ?? null;
  const formats = texts.map(({ text }) => recordingFormat(text));
  const foreignFormat = formats.find((format) => format !== null && format !== RECORDING_FORMAT) ?? null;
  return { path: resolve(path), project, vms, started: earliest(infos), foreignFormat, damage };
}

const NO_INFO = "missing: clocks, versions and drops are unknown";

function listFolder(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) throw recordingNone(path);
    return readdirSync(path).sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") throw recordingMissing(path);
    throw cause;
  }
}

function readInfo(name: string, text: string, damage: Damage[]): RecordingInfo[] {
  const info = parseRecordingInfo(text);
  if (info === null) damage.push({ file: name, offset: 0, reason: "not readable as JSON of its format" });
  return info === null ? [] : [info];
}

/** Whether a file of this name makes its folder a recording. */
export function isRecordingFile(name: string): boolean {
  return SEGMENT.test(name) || INFO.test(name);
}

/** Segment files by VM. A gap in their numbers is damage, unless the VM itself deleted the first ones. */
function groupSegments(
  names: readonly string[],
  infos: readonly RecordingInfo[],
  damage: Damage[],
): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const vm = SEGMENT.exec(name)?.[1];
    if (vm !== undefined) groups.set(vm, [...(groups.get(vm) ?? []), name]);
  }
  for (const [vm, files] of groups) {
    files.sort((left, right) => segmentNumber(left) - segmentNumber(right));
    const first = infos.find((info) => info.vm === vm)?.first_segment ?? 1;
    const lost = missingNumber(files.map(segmentNumber), first);
    if (lost === null) continue;
    const file = `${vm}-${String(lost).padStart(6, "0")}.events`;
    damage.push({ file, offset: 0, reason: "missing: its events are lost" });
  }
  return groups;
}

/** The first number from `first` on that is not among the sorted ones, null where none is missing. */
function missingNumber(numbers: readonly number[], first: number): number | null {
  let expected = first;
  for (const number of numbers) {
    if (number > expected) return expected;
    expected = Math.max(expected, number + 1);
  }
  return null;
}

function segmentNumber(name: string): number {
  return Number(SEGMENT.exec(name)?.[2]);
}

/** Reads each manifest once, however many VMs share it. */
function manifestOf(
  path: string,
  name: string,
  known: Map<string, Manifest | null>,
  damage: Damage[],
): Manifest | null {
  const before = known.get(name);
  if (before !== undefined) return before;
  const manifest = readManifest(join(path, name));
  if (manifest === null)
    damage.push({ file: name, offset: 0, reason: "missing or unreadable: probes have no names" });
  known.set(name, manifest);
  return manifest;
}

function readManifest(path: string): Manifest | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isManifest(value) ? value : null;
  } catch {
    return null;
  }
}

function probesById(manifest: Manifest | null): ReadonlyMap<Int, Probe> {
  const probes = [...(manifest?.probes ?? []), ...(manifest?.traced ?? []).map(toProbe)];
  return new Map(probes.map((probe): [Int, Probe] => [probe.id, probe]));
}

/** A probe without a place in the project's sources. */
function toProbe(traced: Traced): Probe {
  return { ...traced, clause: 0, file: "", line: 0 };
}

function earliest(infos: readonly RecordingInfo[]): bigint | null {
  const walls = infos.map((info) => info.started.wall_ns);
  return walls.length === 0 ? null : walls.reduce((least, wall) => (wall < least ? wall : least));
}
