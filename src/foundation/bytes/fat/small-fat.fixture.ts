import { gunzipSync } from 'node:zlib';

/*
 * Two file systems with the same files, made by mkfs.vfat of dosfstools 4.2 (with -s 1 -n ESP
 * -i 1234abcd --invariant) and mcopy of mtools 4.0.32, in 128 KiB and in 2,300 KiB:
 *
 *   EFI/debian/grubx64.efi  "grub"
 *   EFI/long Ünïcode ☃ file.bin  9,000 bytes: a letter for each 512, from A on
 *   many/quite-a-long-name-1.txt to -12.txt  the number and a line end
 *   UPPER.TXT  "up" and a line end
 *   empty
 *
 * The zeros after the last file are added again.
 */
const FAT12 =
  'H4sIAAAAAAACA+3dTU8TURQG4HdajB8EQY0KKnrBj+iiE6aUr0QSqbRYgVqxGNSEOMCADWWm0iGRRBsS/oBrF8aEnbp0Z0L8' +
  'A/wDTVy4Y6FLNljTFqLlMqOJMTHc99lMyEnfTuYMhfbczqxffT43O53Xp00XAU1DAAFoGxoaEMC2JVxZexM5GruTElvifWkj' +
  'LIQ4fG71wdO3rR/c2rvvDr/fj7WG8fVv4S9rJ9aa1r+nH2XyIpMXtuMKU0w4jmtOZC0xlcnP6kKkspaZt0TGzlvzVfXprJPL' +
  'LQrTnqo7lJu38nlh2oti1loUriPc+UVhzpgZW+i6LuoOgf7G6OuNYpmD/Us4+Aq1H1D3GfXQjgjt2DXt+EOtWCxe/FbcyQkU' +
  '63n49gD2X22/vKgfAO4P2nE7Xtlu1eOJ7XpD6eeWsZaxyrby92E0lYqNCCHSY2lRXT+JYOnxw6n0vZ9P8Eu9kj/cl9wuN1TX' +
  'G9kcIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiUoYuhO/3+3Xdq155fH8smuhL7vb9/WC5Hg1eEphGBlnUI2dBxwQy' +
  'sMu10oUktCwc2JiBKNU/wsZXTMLBFAALAkO3kgMvkgUjmkjuuL7APlw+z/79u/4Hf9P/yvkxMDIaHeuMiNJ1Ihqr6jWo4eH9' +
  '783ML0zwKKirj5QWJaVdJ6X1k9JipLQ4KW2AlHaDlJYgpd0kpQ2S0oZIacOktCQp7RYpLUVKu01KG6E/slfX/yzkeA89rv/c' +
  'bX1n4x+t/43aMDEHCyHU41kHdLh4Avfn+t7HWEAGLqxSPQQTIVSW/AIzCOH2aCIdCxUM+f5hTeU7UFblN3f55zd75ofl/FNy' +
  'fq+B8I5nqMrv9cxvl/NPl+9/VpX/yfDf/0+e+RE5/4y8/5s9/vmbcn4Hf/2V1sX+K80I8wRQuv9sv9J62H+ldbL/Smtn/5UW' +
  'Yf/V/v+vjSeAyvj2T23d7L/ar//8AEBpW/OFDnm+0CzPF152+s8XXnrOLzrl/LNy/mq7f/6qZ36XnH9Ozh+P+OePe+Z3y/lC' +
  'zi8YaPObHxU883vk/BZ5frQS9t//FY/8gtEm57fK+7/c7Z+/7Jm/y/zuvJw/acDwOz6Tnvm7zO8uIPgDNBiiwb2OAAA=';

const FAT16 =
  'H4sIAAAAAAACA+3d309bdRjH8Q/tdJPJj6FOpuK+bLroRU9oKQUSd0Fdi3Wj67AY1ITkAAds6E4rLYkk2pjsH/Dai93sTr30' +
  'zoT4D/AfuMQL77hwl7uZmFLIVg7nuMRo1O/7ddM0D/2ck/McSMvz7Tl773x9e2Ot4ay5TcV6ehRT7JdzD4dkFNORr/T27nfp' +
  'odwHJXMoP1NOZowx/Rd3Pvni+0s/Nc9++EP/j6e1O7i09yD16+753Qt7v5c/rTRMpWH8WtO4ZrlWa7rLVc+sVhobjjGlquc2' +
  'PFPxG95mV32tWqvXt43rr/b11je9RsO4/rbZ8LZNs2aam9vGXXcrvnEcx/T1Cn/FwrcP9488q9M6o+fUq7N6Xn3q14AGdU5D' +
  'ekEv6iWdV/un3tR+iCva3+eIAgAAAAAAAAAAAAAAAP8k1v8AAAAAAAAAAAAAAAAA/11PXNTpjPTxdT/v5zuPh/V84ag+2H4+' +
  'uji62HnsXB9qoVTKzRtjyotl011/WfH26+dK5Y8eb+CJeid/bqZ4VB7srg/THAAAAAAAAAAAAAAAAAAAAAAAAAAAAACANRxj' +
  'Ir/f7zhh9c7rr+WyhZniSd/fjx/Us/ErRmuqqKoB1T05WlZF/kGtfdeQnqpq8rUu067/LF+/aUU1rUryZHTjZnH2m2IrmS0U' +
  'j11f4Bm9dZn+/X39j/9J/zvnx+z8QnYxkzbt60QMd9VP6RSH919vfXNrmaNgrxlYLQurvQurXYPVcrBaHlabhdXeg9UKsNr7' +
  'sNp1WO0GrDYHqxVhtZuwWglWuwWrzeOp/F/X/2zVe1kExfrPE9Z3Dj/V+t+sL1e35SmhAX05IUdNfa7m4/W9n2lLFTXltesJ' +
  'uUqos+RXWldCtxYK5VyilQzeP+yCYsfzRyaj80dC81PB/FeC+VeTSh3bQlf+1dD88WD+qwf3P+vKv5+M3v/7ofnpYP5rwf1/' +
  'NB2d/yiYP8Gvv9Um6b/VkilOAKv7T/utNk3/rZah/1Ybp/9WS9N/u9//jXEC2IyPf3abov92//3nHwBWO5wvTATnCyPB+cLd' +
  'TPR84W7o/CITzH89mL8zHp2/E5o/Gcy/GMxfSkfnL4XmTwXzTTC/ldRY1PyoFZo/HcwfDc6P7qWi9/9eSH4rORbMvxTc/ztT' +
  '0fl3QvNPmN9dDuavJJWMOj4rofknzO/eUPwPA2sevL3SAAA=';

export function createSmallFat12(): Buffer {
  return unpackDisk(FAT12, 128 * 1024);
}

export function createSmallFat16(): Buffer {
  return unpackDisk(FAT16, 2_300 * 1024);
}

function unpackDisk(packed: string, sizeBytes: number): Buffer {
  const disk = Buffer.alloc(sizeBytes);
  disk.set(gunzipSync(Buffer.from(packed, 'base64')));
  return disk;
}

/** A file system of 8 KiB with a file in four clusters that are not in a row. */
export function createSmallFat32(): Buffer {
  const disk = Buffer.alloc(8 * 1024);
  disk.writeUInt16LE(512, 11);
  disk.writeUInt8(1, 13);
  disk.writeUInt16LE(2, 14);
  disk.writeUInt8(1, 16);
  disk.writeUInt16LE(disk.length / 512, 19);
  disk.writeUInt32LE(1, 36);
  disk.writeUInt32LE(4, 44);
  disk.writeUInt32LE(0x1234_abcd, 67);
  disk.write('ESP        FAT32   ', 71, 'latin1');
  disk.writeUInt16LE(0xaa55, 510);
  // Cluster 4 is the root; the upper four bits of a number mean nothing.
  const next = [0, 0, 5, 0xf000_0006, 0x0fff_ffff, 3, 0x0fff_fff8];
  next.forEach((cluster, index) => {
    disk.writeUInt32LE(cluster, 1024 + index * 4);
  });
  const getOffset = (cluster: number): number => 1536 + (cluster - 2) * 512;
  disk.write('A       TXT', getOffset(4), 'latin1');
  disk.writeUInt16LE(2, getOffset(4) + 26);
  disk.writeUInt32LE(512 * 3 + 100, getOffset(4) + 28);
  [2, 5, 3, 6].forEach((cluster, index) => {
    disk.fill(65 + index, getOffset(cluster), getOffset(cluster) + 512);
  });
  return disk;
}
