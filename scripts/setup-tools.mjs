/** Which tools the project needs on this machine, and what to say about one that is missing. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const javaHome = process.env.JAVA_HOME;
const jdkTool = (name) => (javaHome ? join(javaHome, 'bin', name) : name);
const jdkAdvice =
  'Linux: apt-get install openjdk-17-jdk; macOS: brew install openjdk@17; others: https://adoptium.net. ' +
  'Where several are installed, set JAVA_HOME to the one to use.';
const pythonAdvice =
  'Linux: apt-get install python3 python3-venv; macOS: brew install python; others: https://www.python.org';

/**
 * @typedef {{ name: string, needs: string, found: string, advice: string }} Missing
 * A tool that is absent or of the wrong version.
 */

/**
 * Looks for every tool at once.
 * @returns {Promise<{ missing: Missing[], python: string }>} what is missing, and the Python to use
 */
export async function checkTools() {
  const [java, javac, maven, python] = await Promise.all([
    jdk('java'),
    jdk('javac'),
    mavenTool(),
    pythonTool(),
  ]);
  const missing = [nodeTool(), java, javac, maven, python.missing].filter((tool) => tool !== undefined);
  return { missing, python: python.command };
}

/** True when a version such as `3.8.7` is at least `least`. */
export function isAtLeast(version, least) {
  const parts = version.split('.').map(Number);
  for (const [index, wanted] of least.split('.').map(Number).entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

/** Why this platform cannot run it, or undefined. */
export function platformRefusal(platform) {
  return platform === 'win32'
    ? 'Tocsin runs on Linux and macOS. On Windows, open WSL (https://learn.microsoft.com/windows/wsl/install) and run the same command there.'
    : undefined;
}

function nodeTool() {
  if (isAtLeast(process.versions.node, '20.11')) return undefined;
  return {
    name: 'Node.js',
    needs: '20.11 or newer',
    found: process.versions.node,
    advice: 'https://nodejs.org, or: nvm install 22',
  };
}

async function jdk(name) {
  const output = await outputOf(jdkTool(name), ['-version']);
  const version = output?.match(/(?:version "|javac )(\d+)/)?.[1];
  if (version !== undefined && Number(version) >= 17) return undefined;
  const place = javaHome ? ` in JAVA_HOME (${javaHome})` : '';
  return { name: `${name} (JDK)`, needs: '17', found: `${version ?? 'none'}${place}`, advice: jdkAdvice };
}

async function mavenTool() {
  const output = await outputOf('mvn', ['-v']);
  const version = output?.match(/Apache Maven (\d[\d.]*)/)?.[1];
  const java = output?.match(/Java version: (\d+)/)?.[1];
  if (version !== undefined && isAtLeast(version, '3.8')) {
    if (java === undefined || Number(java) >= 17) return undefined;
    return { name: 'JDK that Maven runs on', needs: '17', found: java, advice: jdkAdvice };
  }
  return {
    name: 'Maven (mvn)',
    needs: '3.8 or newer',
    found: version ?? 'none',
    advice: 'Linux: apt-get install maven; macOS: brew install maven; others: https://maven.apache.org',
  };
}

/** The first Python that is new enough and can make virtual environments. */
async function pythonTool() {
  const seen = [];
  for (const command of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10']) {
    const output = await outputOf(command, [
      '-c',
      'import sys, venv, ensurepip; print("version %d.%d.%d" % sys.version_info[:3])',
    ]);
    const version = output?.match(/^version ([\d.]+)/m)?.[1];
    if (version !== undefined && isAtLeast(version, '3.10')) return { command };
    if (version !== undefined) seen.push(version);
    else if (output?.includes('ModuleNotFoundError')) seen.push(`${command} without the module venv`);
  }
  return {
    command: 'python3',
    missing: {
      name: 'Python (python3, with venv)',
      needs: '3.10 or newer',
      found: seen.join(', ') || 'none',
      advice: pythonAdvice,
    },
  };
}

/** All that a command prints; undefined when it is absent, hangs for 20 s, or is a path that does not exist. */
function outputOf(command, args) {
  if (command.includes('/') && !existsSync(command)) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000 });
    let text = '';
    const collect = (chunk) => {
      text += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', () => resolve(undefined));
    // A failed run is still told: Python says which module it lacks.
    child.on('close', () => resolve(text));
  });
}
