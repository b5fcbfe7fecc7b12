import { gunzipSync } from 'node:zlib';

/*
 * Two file systems of 160 KiB with the same files, made by e2fsprogs 1.47.0:
 *
 *   mkdir -p small/etc small/lib/apk/db small/usr/lib small/many small/srv && cd small
 *   printf 'ID=alpine\nVERSION_ID=3.20.3\n' > usr/lib/os-release
 *   ln -s ../usr/lib/os-release etc/os-release
 *   printf 'P:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\no:musl\n\n' > lib/apk/db/installed
 *   printf 'LABEL=data /srv ext4 defaults 0 2\n' > etc/fstab
 *   a link of 70 letters "x" at etc/slow; eight blocks 'A'…'H' every 4096 bytes > sparse
 *   for i in $(seq 30); do echo $i > many/some-long-name-of-a-file-$i; done
 *   mkfs.ext4 -b 1024 -N 64 -U 11111111-2222-4333-8444-555555555555 \
 *     -O ^has_journal,^resize_inode,inline_data -I 256 -L root -d small ext4.img 160K
 *   mkfs.ext2 -b 1024 -N 64 -U … -O ^resize_inode -I 128 -L data -d small ext2.img 160K
 */
const EXT4 =
  'H4sIAAAAAAACA+3cb2wTdRzH8W+vg40yZTCBsaFWVGRAu63dxjYhYQIiEQc6BB6YLN3W6VxZl7VDCDH+feADNRqjwUQjGMVo' +
  '1MQHPkCI/436QI0GxRhCTIwPMAIaCCIx1PtdW9jc1hvuju6494sc/bX7btdPf/e7+229qwgAt1quL7v0pUhfkvoyRV88gwv8' +
  '6WV59v6frVGRVKr1uCddZ9xPy37f1MydBfrNxw+L9BSITNfNm7ci/OjKOw398XjyYmf973Pw6KmKh+Syll//5xnh8QL9wUWX' +
  '2HY0k6HkOH+d+jrl1W9L9eVaY/xPEZ8UGF+L3b/zmylS2jHa96be3TyJVxBwtlQqVfiPsRc458EUAFfQ9AFfLB4tqN+m25oW' +
  'DKbn8FeIT4vFE8lFXfGB3k4x5srF4tWiyQ4pybRj3e16nWoXaFsivdvDertEJnsSfZH+hD6jrs3UJfq3Sp3efszr1QYS/ex4' +
  'gTzSx/Lh5Xfvb5k6yvhXDnl5nYBLdfx//+3Be1X7JOMccN34n/PO3t2Mf4DxD4DxD4DxD4DxD4DxD4DxD4DxD4DxD8C54z99' +
  '7v7w83/V9ZzXSbknEd8SDcTivXcHeiN6K94ViAS6umPRQI3ILKOmIkdNtcw2ramRMtOakMwxrQlLuWlNrVSY1tTJXNOaernS' +
  'tGaJXGVa0yBXm9Y0Gpdg5+yLkMg1Zj8nVC3zTGtqjOtAc9eE9K+b1YTletOaWplvWlMnN5jW1BvXmeeuWSKVpjUNstC0ptG4' +
  'bjtnX4RFFpv9nHC1BMx+Tq1I0KymTqRK1DU2OWrqRx//s04t3VVtto4lIjVmNQ0i+iYob3pz1DSyzwUm0vF/oO2ns80AXCt9' +
  'FfADwpXQgPvcBMC1VgBwrZUAXGsVANfynSiSDYPeF1CfVz1DXwoybXV+QFGmPTP9voHRVu/9l2TaszN1qq3epy/LtNX78XMz' +
  '7QrecgEmlOdO1j1zMwDXWg3AtW4B4Fr8FgQAAAAAAAAAAABcgv5sjZ5bLpLyJ/If+2izpE92Hpa/yPg8tPTZzyK+Ex6jLMuT' +
  '+bbxWDxTxC8PfT6sH1ziyB53Dzmvx935b7vR3flfGnB3/m/XuTv/rU3uzj/J5VOugy35fw4fqvnP4pHmP5pxjddo85+pFvRf' +
  '4nk1/9n8Ru75j/ab3fO/pfrt/meLe/Zllmz+jJLsvcuMO5M8XYlkpF1vXy7qujdfYTwR6I/GopGE/synGY8VFCZi8fvM1v3+' +
  'DpX/7Dtm+QsK7xrySGckGbEq/ysPifG5sCr/e5nl/Az3fP61zTetWrtMrdlflejf6o9uS9b6O6NdkYFYMuGv9od8F77uO15V' +
  '+U+vy2f+1O70dY058huCwaqBRH9VrLu9anB3j2/snVL5f/k9n/N/lf/mEbf/of2/bRxGW/fWCpX/9dPm/b8+vQ+yqP8HP7PB' +
  '439o/3uHjf/p+tIgXi3S12PJa79zqcr/0558bv9jza/+m2Hk17TOdouO/40qf+XhiZl/6P5f9X2pkX+Kp7tXPwDEYtHOca57' +
  'd7lx/NuV7/1/5Rj2/+ubtgwkYr6NTTXBULAu0F/ta27a1lDfVl/rW9t025oNvni64EIOA50nVP7aH/Pd/2qKo/Jnl2z/F+SY' +
  '/2jZF2YcXjPyex7J5/xH9b8mI+Uf2v81PuvX3dGk8oceyff27x1L/mrrXwBtlsp/ZIcj8tuwASwrUfknveKI/CHr83+2SeV/' +
  'rMsR+cPW5z9zu8rfudcR+Wutz//iapX/5DeOyF9nff6Xm1X+shJH5K+3Pv/CAyp/8WxH5F9iff6Z36n8P3/hiPwN1uc/NN3I' +
  'v9MR+Rutz//LbGP7X53v/GOZ/9pw+Je+QpW/77gT+j9kw/z3iTaV/6v5jshvw/w3GFD5Vzti/xeyYQBo16v8f7/giPw2zH+f' +
  'f1/l/8AR85+QDfPf9kMq/5pNjshvw/z3o7dV/k8c8ftPyIb579E9Kv/9Rx2R34b57+TjKv/Ljvj7R8iG+W/rZpX/088ckd+G' +
  '+e8fC1X+lkVOmP/acPiTn0tV/qIHndD/YRvmv3t/UPmvLndC/9tw+Jcv31L552xwQn4bDv9S2WOc/3DWCfltOPzLhx+o/Ge6' +
  'nJDfhsO/bH9K5X/6Vyfkt+HwL8eM/f/jSSfkt+HwL5d/r/JvOZzv/JIcOf8M43bw+9/nz4kqy9yO5XPiR3NVTOV/6phZfrFR' +
  '9vyPTc8V92SXzHqH9H/2XoOF614wWeVfUJnP/r+Q85/qJX3+U6zbmhOA3nxS5b9n2sTMP7T/69QxwMjv81h1AmDFQZV/34F8' +
  'j/+5Yn7+z5qVyyKxvu7eqG/jqjta16xradMfCQdD1cH//5tBn/H336aOfOYHAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADAxPIvm5/9' +
  'XACAAgA=';

const EXT2 =
  'H4sIAAAAAAACA+3dXW8cVxkA4LOzKU22Bpw0fLWFmhCgH3i9Xq8/IRDnqw2ktGqgXFbreo2sbLyR1y7hiiLxE4BrkPgRCLjg' +
  'gh/Tmwoh9T7MzmSr9cadBJTN1D7PI73KTvTar+d437Fn5nhOCECsLqbxpzROpvF2GqfSqIwmzORxcbj9n5udEO7du/nvSp6X' +
  'beeGH/dMGh+k8VIaSRrVNE6nzp27vPC7Kz/PbLb32k96X8e/hsHXO3Vgvx6/SiTvo89rpSNp0Jsn0ngq6/9ToZZtATG4N/Ti' +
  'J//1wT0gIr8JxgDiE0bPf4fxBH20fv8E5IH6J7NrB84vgUn55+D40zjs+JOEr47kfSGNL6YxPbiOmMaZNJ5N42waX0rjy2l8' +
  'JY3Bx3zt/zj+/eMPU7f+fj+G9UePf89NaP//8tsQzoW8/t/ux/DK5Wj95yd1/vnnfPwOqz+qXp/b7+/Odbc35nr92d1Ot9Pu' +
  'dx5T/WvhsPE/uP8vTPjn34P7Xz1Q/+sl1//GE69/8P3/4gTf/y8/wvt/ZpL7fzKvP4zh/o9eif1mGhcmtP9JOKz+wf0/N8Hx' +
  'rz5C/W+VXP98yfW/XXL975Rc/7sl13+p5Povl1z/lZLrv1py/e9NsP6jHH9nS97/esn150qu3yi5/nzJ9Zsl118ouX6r5PqL' +
  'JddfKrn+csnH35WS93+15P1fK7n+90uu/4OS6/+w5Po/Krn+xQnWD3uH1z8zkrc+9nGXxrYvj21f+R+vf/zij1O3hnHY9Y8f' +
  'l3z95yclX/+5McHv/wuPcP3njQBwvAyOcVOhktQ/eZ0k9Xo+h/9sqCXdXn/v1a3e/s5mPld+KlSTzt572X2wwevu9kZ2D2wq' +
  'nEhut3d+PThPmw6fq/TvtHcHN2ha9/P6u+9n5zC/r1aT/f6ugYfPgGfG+v/jat7/QCT8yQ/of0D/A/of0P+A/gf0P6D/Af0P' +
  '6H9A/wNHQv43PQ/+/c/geZvT4anKVn+vvRHy59+dDbWnRx++Nnge3r+qJ57ud3u/MpJw9NxYv3T1xoXBajwzc/3d92c6d/da' +
  'M5udrfZ+d68/05hp1owRHFd3HwvjCEfR9Kf8/j94xvWH1WrSvnPLIMExdXqk/6dH+v9M1v9JsrlhjOC4OjPS/6dH+v/ZrP9P' +
  'VbZ3+nvtbrezaajg2Hlr7fZ+v1t7Z22+3qwvzu42autrd1eW3l1q1W6svXH9Z7VenuAyIBw/Zz/l/H+wJtP58Fyl37vdme32' +
  'dn45u9NOX/W2ZtuzW9vdzux8vubV+fB8QU4jWxOrOGc+WzOrOKeZralVnLOQrZFVnNPK1rEqzlnMngdbnLOUrcdUnLOcrZlU' +
  'nLOSrWtUnLOarT1U+L1o5usDFX6eZiNbw6c4Zz5bZ6c4p5mthVOcs5CtV1Oc08rWlCnOWczWfSnOWcrWZinOWc7WTynOWcnW' +
  'OCnOWc3WISn8Xizka4UUfp6FRraeR+HnaeVrbhTmLObrYlwsynnIg/vn/WCHaM03HAAg2v73CwDE2/8m+EG8/b+g/yHa/m/p' +
  'f4i2/xf1P0Tb/0v6H6Lt/2X9D9H2/4r+h2j7f1X/Q6zc/oeI+9/8X4i3/83/hXj73wkAxNv/5v9CvP1v/i/E2//m/0K8/W/+' +
  'L8Tb/+b/Qrz9b/4vxNv/5v9CtNz+g4j73/xfiJbb/xAvt/8hXm7/Q7wa4SFrjC2HMP+wnJUQmmnOX6sFOavGGj5rTP+BeJn+' +
  'A/Ey/QfitQ5E6xIQrctAtK6OnQ9cG9t+bWz79bHt606h4Mi6AkTrKhCta0C0XgOi9ToQrVYIYSpUknr6b5LGx9UkqdddF4UY' +
  'LI71/1TI+38pff1htZp0tzcMEhxTSyP9vzjS/8tZ/9cqvf7sbqfbafc7xgqOm+tXLrS7d7Z3OrV3rr598/qbP303/Z+FerNR' +
  '92RQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
  'AAAAAAAAAAAAAAAAgEn4LzBnHC4AgAIA';

/** With extents, checksums, and content in inodes; labeled `root`. */
export function createSmallExt4(): Buffer {
  return gunzipSync(Buffer.from(EXT4, 'base64'));
}

/** With lists of blocks, and small inodes; labeled `data`. */
export function createSmallExt2(): Buffer {
  return gunzipSync(Buffer.from(EXT2, 'base64'));
}
