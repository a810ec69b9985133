/** The rules that a container engine leaves in the packet filter, told from everybody else's. Pure. */

const ENGINE_CHAIN = /^DOCKER/;
const ENGINE_BRIDGE = /^(docker0|br-[0-9a-f]{12})$/;

/** Whether a line of `iptables-save` is a rule or chain of the engine's. */
export function isEngineRule(line: string): boolean {
  const words = line.split(' ');
  if (words[0]?.startsWith(':')) return ENGINE_CHAIN.test(words[0].slice(1));
  if (words[0] !== '-A') return false;
  if (ENGINE_CHAIN.test(words[1] ?? '')) return true;
  return words.some((word, at) => {
    const next = words[at + 1] ?? '';
    if (word === '-j') return ENGINE_CHAIN.test(next);
    return (word === '-i' || word === '-o') && ENGINE_BRIDGE.test(next);
  });
}

/** The policy of chain FORWARD in what `iptables-save` printed; ACCEPT where no such table exists. */
export function forwardPolicy(saved: string): string {
  return /^:FORWARD (\w+)/m.exec(saved)?.[1] ?? 'ACCEPT';
}

/**
 * What `iptables-restore` has to read so that the engine's part is gone, the policy of FORWARD is what it
 * was, and every other rule stays, also one that came meanwhile.
 */
export function withoutEngineRules(now: string, policyBefore: string): string {
  return now
    .split('\n')
    .filter((line) => !isEngineRule(line))
    .map((line) => line.replace(/^:FORWARD \w+/, `:FORWARD ${policyBefore}`))
    .join('\n');
}
