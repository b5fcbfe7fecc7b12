/**
 * Inputs of the corpus about which there is nothing to say, and why: what they hold is read as any
 * container runtime reads it, or is not looked at. Every other input must be refused with a code
 * or have a problem.
 */
export const HARMLESS: Readonly<Record<string, string>> = {};
