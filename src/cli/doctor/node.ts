import { type Check, fit, unfit } from "./check.ts";

export function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 20))
    return unfit("node", `Node ${process.versions.node} is too old`, "Install Node 20.20 or newer.");
  return fit("node", `Node ${process.versions.node}`);
}
