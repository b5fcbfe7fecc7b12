import type { IgnoreRule } from './matcher.ts';

/** Statements about a kernel package in a container image, which never runs that kernel. */
export const HOST_KERNEL: IgnoreRule = {
  id: 'kernel-of-host',
  reason: 'a container uses the kernel of its host, not one in its image',
  isForContainers: true,
};
