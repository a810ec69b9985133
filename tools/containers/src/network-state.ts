import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { forwardPolicy, withoutEngineRules } from './firewall-rules.js';
import { NETWORK_BEFORE_FILE } from './paths.js';
import { runCommand, tryCommand } from './run-command.js';

/** What an engine changes of a machine's network, as far as it stays when the engine has ended. */
interface NetworkState {
  /** Contents of each switch that exists on this machine, by path. */
  readonly switches: Readonly<Record<string, string>>;
  /** Policy of chain FORWARD, by program. */
  readonly forwardPolicies: Readonly<Record<string, string>>;
}

const SWITCHES = [
  '/proc/sys/net/ipv4/ip_forward',
  '/proc/sys/net/ipv6/conf/all/forwarding',
  '/proc/sys/net/ipv6/conf/default/forwarding',
];
const FILTERS = ['iptables', 'ip6tables'];

/** Remembers the state before the first start of an engine; a state that is remembered already stays. */
export async function rememberNetwork(): Promise<void> {
  if (existsSync(NETWORK_BEFORE_FILE)) return;
  const switches = SWITCHES.filter((path) => existsSync(path)).map((path) => [
    path,
    readFileSync(path, 'utf8').trim(),
  ]);
  const policies: [string, string][] = [];
  for (const filter of FILTERS) {
    const { code, stdout } = await tryCommand(`${filter}-save`, []);
    if (code === 0) policies.push([filter, forwardPolicy(stdout)]);
  }
  const state: NetworkState = {
    switches: Object.fromEntries(switches) as Record<string, string>,
    forwardPolicies: Object.fromEntries(policies),
  };
  writeFileSync(NETWORK_BEFORE_FILE, JSON.stringify(state, null, 2));
}

/** Puts the network back as it was remembered. Runs when the engine has ended. */
export async function restoreNetwork(): Promise<void> {
  if (!existsSync(NETWORK_BEFORE_FILE)) return;
  const before = JSON.parse(readFileSync(NETWORK_BEFORE_FILE, 'utf8')) as NetworkState;
  for (const [filter, policy] of Object.entries(before.forwardPolicies)) {
    const { code, stdout } = await tryCommand(`${filter}-save`, []);
    if (code !== 0 || stdout === '') continue;
    await runCommand(`${filter}-restore`, [], { input: withoutEngineRules(stdout, policy) });
  }
  await tryCommand('ip', ['link', 'delete', 'docker0']);
  for (const [path, value] of Object.entries(before.switches)) {
    if (readFileSync(path, 'utf8').trim() !== value) writeFileSync(path, value);
  }
  rmSync(NETWORK_BEFORE_FILE);
}
