/** Changes with the tables; a newer store is rejected. */
export const STORE_VERSION = 22;
