import type { IgnoreRule } from './matcher.ts';

/** What is said of a kernel that lies in the image of a container, which never runs it. */
export const HOST_KERNEL: IgnoreRule = {
  id: 'kernel-of-host',
  reason: 'a container runs on the kernel of its host, not on one in its image',
  isOfContainers: true,
};
