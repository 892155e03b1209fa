import type { Conversation } from '../state/chat';

export type Age = 'today' | 'yesterday' | 'week' | 'older';

/** Conversations by when they were last changed, in the days of the reader's clock; the order within a group stays. */
export function groupByAge(conversations: readonly Conversation[], now: Date): [Age, Conversation[]][] {
  const daysBack = (days: number): number =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() - days).getTime();
  const ageOf = ({ updatedAt }: Conversation): Age => {
    if (updatedAt >= daysBack(0)) return 'today';
    if (updatedAt >= daysBack(1)) return 'yesterday';
    return updatedAt >= daysBack(7) ? 'week' : 'older';
  };
  const groups = new Map<Age, Conversation[]>();
  for (const conversation of conversations) {
    const age = ageOf(conversation);
    groups.set(age, [...(groups.get(age) ?? []), conversation]);
  }
  return [...groups];
}
