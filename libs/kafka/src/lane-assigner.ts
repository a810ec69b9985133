import { createHash } from 'node:crypto';
import kafkajs, { type PartitionAssigner } from 'kafkajs';

const ASSIGNER_NAME = 'lakeferry-lanes';
const ASSIGNER_VERSION = 1;

function weight(groupId: string, memberId: string, partition: number): string {
  return createHash('sha256').update(`${groupId}\0${memberId}\0${partition}`).digest('hex');
}

/**
 * Which member owns which partition number: the same answer whoever computes it. Every member gets
 * floor or ceiling of partitions / members; among members with room the one with the highest hash of
 * (group, member, partition) wins. So partition 0 of all tasks does not gather in one process, and a
 * member that comes or goes moves few partitions.
 */
export function assignLanes(
  groupId: string,
  memberIds: readonly string[],
  partitions: readonly number[],
): ReadonlyMap<string, readonly number[]> {
  const members = [...memberIds].sort();
  const owned = new Map<string, number[]>(members.map((member) => [member, []]));
  if (members.length === 0) return owned;
  const share = Math.floor(partitions.length / members.length);
  let extras = partitions.length % members.length;
  for (const partition of [...partitions].sort((a, b) => a - b)) {
    const winner = members
      .filter((member) => roomOf(owned.get(member) ?? [], share, extras))
      .map((member) => ({ member, weight: weight(groupId, member, partition) }))
      .reduce((best, next) => (next.weight > best.weight ? next : best)).member;
    const list = owned.get(winner) ?? [];
    if (list.length >= share) extras -= 1;
    list.push(partition);
  }
  return owned;
}

function roomOf(owned: readonly number[], share: number, extras: number): boolean {
  return owned.length < share || (owned.length === share && extras > 0);
}

/** Gives partition k of every topic of the group to the same member. */
export const laneAssigner: PartitionAssigner = ({ cluster, groupId }) => ({
  name: ASSIGNER_NAME,
  version: ASSIGNER_VERSION,
  assign({ members, topics }) {
    const byTopic = topics.map((topic) => ({
      topic,
      partitions: cluster.findTopicPartitionMetadata(topic).map((each) => each.partitionId),
    }));
    const numbers = [...new Set(byTopic.flatMap((each) => each.partitions))];
    const memberIds = members.map((member) => member.memberId);
    const owners = assignLanes(groupId, memberIds, numbers);
    return Promise.resolve(
      memberIds.map((memberId) => {
        const mine = owners.get(memberId) ?? [];
        const assignment = Object.fromEntries(
          byTopic.map(({ topic, partitions }) => [
            topic,
            partitions.filter((partition) => mine.includes(partition)),
          ]),
        );
        return { memberId, memberAssignment: encodeAssignment(assignment) };
      }),
    );
  },
  protocol: ({ topics }) => ({ name: ASSIGNER_NAME, metadata: encodeMetadata(topics) }),
});

/** Gives one single partition to a group's only member: the nearest to an `assign()` there is. */
export function onePartitionAssigner(topic: string, partition: number): PartitionAssigner {
  return () => ({
    name: 'lakeferry-one-partition',
    version: ASSIGNER_VERSION,
    assign: ({ members }) =>
      Promise.resolve(
        members.map(({ memberId }, index) => ({
          memberId,
          memberAssignment: encodeAssignment(index === 0 ? { [topic]: [partition] } : {}),
        })),
      ),
    protocol: ({ topics }) => ({
      name: 'lakeferry-one-partition',
      metadata: encodeMetadata(topics),
    }),
  });
}

function encodeAssignment(assignment: Record<string, number[]>): Buffer {
  return kafkajs.AssignerProtocol.MemberAssignment.encode({
    version: ASSIGNER_VERSION,
    assignment,
    userData: Buffer.alloc(0),
  });
}

function encodeMetadata(topics: string[]): Buffer {
  return kafkajs.AssignerProtocol.MemberMetadata.encode({
    version: ASSIGNER_VERSION,
    topics,
    userData: Buffer.alloc(0),
  });
}
