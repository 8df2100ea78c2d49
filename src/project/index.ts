/** The disk side of escope: projects, their files, the build tree, configuration, recordings' folders. */
export type { Build } from "./builds.ts";
export { Cache } from "./cache.ts";
export { type Config, configNames, findConfig, type FoundConfig, readConfig } from "./config.ts";
export { idleInConfig, useNamed } from "./config-named.ts";
export { configKeys } from "./config-keys.ts";
export {
  type Dependency,
  dependencyFolder,
  mixfileIn,
  openDependency,
  placeInTree,
  realFolder,
} from "./dependency.ts";
export { diffFile, type DiffOptions } from "./diff.ts";
export {
  type Borrowed,
  type Link,
  listFiles,
  type ProjectFiles,
  type SourceRoots,
  type Unreadable,
} from "./list.ts";
export { Libraries } from "./libraries.ts";
export { openProject, type Project } from "./open.ts";
export { treeFolder } from "./out.ts";
export { cacheDir } from "./recordings.ts";
export { toolId } from "./tool-id.ts";
export {
  diskSpace,
  type FetchedDependencies,
  fetchedDependencies,
  mayWrite,
  treeDifference,
  type TreeState,
  treeState,
} from "./state.ts";
export { readText } from "./text.ts";
export { newRecordingDir, projectFolder, recordingsDir } from "./recordings.ts";
export { rememberRun } from "./remember.ts";
export { saveInTree } from "./save.ts";
export { runtimeFiles } from "./runtime.ts";
export type { TreeFile, TreePlan } from "./wanted.ts";
export { writeTree, type Written } from "./write.ts";
