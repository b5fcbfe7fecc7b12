import type { IgnoreRule } from './matcher.ts';

/** What is said of a kernel that lies in the image of a container, which never runs it. */
export const HOST_KERNEL: IgnoreRule = {
  id: 'kernel-of-host',
  reason: 'a container uses the kernel of its host, not one in its image',
  isOfContainers: true,
};
