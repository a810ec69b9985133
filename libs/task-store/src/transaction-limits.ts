/** Of a transaction that only waits for row locks of its own kind. */
export const TRANSACTION_LIMITS = { maxWait: 10_000, timeout: 20_000 } as const;
