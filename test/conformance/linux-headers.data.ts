import { brotliDecompressSync } from 'node:zlib';

/** Record of Debian 12's dpkg for the headers that its C library is built with. */
export const HEADERS_RECORD = `Package: linux-libc-dev
Status: install ok installed
Priority: optional
Section: devel
Installed-Size: 7191
Maintainer: Debian Kernel Team <debian-kernel@lists.debian.org>
Architecture: amd64
Multi-Arch: same
Source: linux
Version: 6.1.192-2
Description: Linux support headers for userspace development
 This package provides userspaces headers from the Linux kernel.  These
 headers are used by the installed headers for GNU libc and other system
 libraries.
Homepage: https://www.kernel.org/`;

/** Their compressed file list, from beside the record. */
const PACKED = [
  'G4h+UQQbByIQ+FsQRbBxQBDZt2O0OLCNXYYcc1ZXd+eflNx7Hxklc2vP1/S2zZm/1wghCIOEDHxvvno8uX7Nut/tpIcB',
  'WcxCUIGcZKFgbu39ju1MQ+dwE/IZEe3XJ3+pb5VV1vf5dZ3GgkjrG3iwgBXFj1+aUgNoQy4zwTUTVNgBcjtfm+LaUQpy',
  '0CWoNL1lk/7Sn9CN+wR5DuWboyjMvt+yecVJ3J3bdeCQoHmboTTZJcIiTPuJ26FOqBlqhq6uKM5b/G/MyKE0sVxL/A/t',
  'iCzibXI0p/znVBf3lf/mv318QOp2kGKUnjvc+2b6CMi4J+udoxtO3Bmv5XotawC7Rxxz2Asb5jUwYu2KI/t40H5Y/Siv',
  'p4H5yQly67+sm6Uezyi78Ida2/FYo/N1a3EI4I9UAdtBMsvhgF8T59JYRIj7HUw6fz9ll5MMxk1xEmx3CdbFtfgU779b',
  'm8aJyBRU617jANmIR+Dw5i0ZXVy6WPKdEsrOWVL5CZ2NMdbjHlJxxE3YWaA5KzXveLm4YlicvxCSScyurtvGvXCHj++e',
  '4ETjCOUyc1B8yEyNUkN8ZtQoDYIuGBAqNf2EWKSSyxp0cXukX1o33V4ZgUx3k55DaUf3Q0Acfg4IW/0i13KIkUOB9bAl',
  'WoL4YnZ97r91xw1zdtRgf5xjigLiPtXBwpCObCw7CufvyiiQyiEUCSHFRBfu/8tNgsthEF52zIcfZkXsElgjXlYTIzms',
  'My2pPszd2QDiMjeGbpaSR8sa8dqSCSiIr0F1fSlu35uB2Y+D6LMHFPBdHK5FEKZKAQX4tpE3mhL3BfWv6t6lYXRIfGg8',
  'JaiaKtYvP3W/nEDcwAUypvc9PHBeKY5yGWwAPJH8Nqil9CHyat9czRWrnMrtUGxd1aqzhsmUnPwE3H8n37Dg9rP7IbMw',
  'SNKhOLTd+OHO7vLs7g4CUNcgWH+ppLgw2KEeB6j1YPx4nGOBzu/3eiCdPJ82KWnlbM1/n01b5eDqgsuwE2a+xv1CAEb5',
  'Wv4GBvCI742SUYhHMDTqpBCDRmia0sqYtrrAGCb9oGrJpEBUywqQEmrSShNTkowg2O/ny/smvkOgZuz7bt2S2wSsQJV+',
  'AQjUJaP4NHKSMZCWGjWgzGI2eTWchaMim17BKbPlFsmcTb4O0qkT9OrUDefb0+4M71tbouTVi7KKujd2YE61xqtg1RTh',
  'Mbpl0CXJ61jRqGtzoeSMYQD8KDQf9G6kp3w5TzinpqSMvF/d5raSIxyIYUl4HGs0kcan84cjSn6xJyBdvo9+lVcNy9zH',
  'eEtFnjKIkwhWJH0py5QUGQQRBxcbaEmbnE20iQiz6cDzE6ApzKTt3FRKHCIpdWO1uUouxJA+FnOYsQx+yEXCAbq8WpqJ',
  'mnEqWWIz4CadRerj+kib92pDLiTdSJbASsbbeA5CBEd25yKmTJ7svvSS0w7RQ08FtytJcvxfgl8S/EDihZkTQynVbkqN',
  'n/Cg2smuaOySA1FdQtnLXtrbOW5JCxClOIDbMRY3R1ovVFcySSjeqssJym6RTmKUVJV59DwxJj6/mbTpMg0haBK9ajzC',
  'QJLzUFxMZEJ1bUOk2z4NshVBtUGijs30WQUEAEkSzdspk6fmhLVGvNyQCS/FuTQTYj86MLZP17DA42+phg0C8h1mZHu/',
  'PcvHgvZpHeLtdAOIhfKjE7GCeu8bbJl/QyR1z9y/2BB+kWu0+QJMk2ofjoIQUs4mGzi4nM9Z2WEgwbTRWzhj9sl8To1Z',
  'MSJ/dWKsGochK1qNSEywiTvfM0EVSAcQxo5tTIgJIooUKJgUnIdobHAziF1c+10+hsljIXzbumPGweRTG3pBaoPFiXeH',
  'wJZXC4mlyD1sqalhmMvauuNYo3KEa0lOZwBC+XaWjADFBen6xc6XYiIQuYarkJxTwSlYK51xflvL0g2NOXGID1pbEflE',
  '7dRftHScjA7gxY8wzSj5INUV8SmmXN5/h1/H+il3hXChJlVUtB2KZFHjzEMkxeMv0e9fAj/QIvE9ppeShrWsUImUglLW',
  'mkPNZbkYiytvElEPnvlXazx8yt6RkkujXaity9UytlykI7xKdm80x2DZHCY/aocZOJiFEFwA0mZqzr9LbmFOwewiX6mI',
  'uXXiHTW4W3srOwSQwctksAMoL+5FXTpub7OBECGVCiITqF1dFtnJLhgYcw5p9zOOsmKR0DDov8WnvaS1TyvviMO+y29Z',
  'VNN2PciZ/eBapILpdgiJ3WOWTM+uuVULhYJBNNelL2rJZAzAVeKtkCTUMG9uKLlkEWSXGmQqsRk/zFPKfYWUFEDyoIUv',
  'yCnVFN1irXQoRFRupBS9h5yTeMioJzpHczjzOu0u7/qj/H4jltQgyx3JxEkRUkxFx0HbLb4hEKFgiPDRHv7G32cEovtK',
  'dCw0zdXQWenioAOxKctIULcxNFQLfr5jXctGxYWlub5rYTK7eImNMYiAR68cUgoeplyDbHpKXTIPjlrQMIqUI6VDcJ6v',
  'plvNQKGZyAot77wq1m4TVnVAjTXew6ftNzY8LiGjmxWq6FBA7ADyQgUIpyu6HIf2i1SYUcvG4hxylFKU7S6Wq5ktU6Zu',
  'E12TZaWrEqtr+zpcCDi7WQrb5OL0NRCtNpuj75VYuaS110W+JWInshjIsVfKy0aKi5Fnul+44mssth3ged2aYd32XWL5',
  'UiVNj4D01S25vPmCkcmwTS2054ZtS3T08+gZASdtZsjmC3Q238eSDU8GepHFHKseMM18Oxvr4ZWH0lbcYeFJRK5aeHZs',
  '4qOBcbyT0wCfhCBsOkSlnApxSeByAvFUXzA3IbpS4bWfzBTIzExDdJlOCUORzc2+uFI7dHE0dSSVxeP71DvsVPtjzfAs',
  'IleIbBu7AvX8Y3Xpr4FV1SJ/PSoQCrNl5d7X4DDD9vYO4mU0roz0QkYId/jt97ICOewJxc9MqJ9PUe0mRqp1/xdu5w5M',
  'xyVzyQxGlyuRUCx/L5lCg3cKTj4HEl0jKi92qyhry/opkkP3FQg3b9ghPN0NwZu4wYuzs2dhQp4S2/87B/csfyDxI0UA',
  'eu6+Y4rhmuoakBr0xJs4vzgQ++Odkk1OVwPVosNkpd4AHq2uABKz435j1gUgZeqK9DJ3B0jgDAV6Fswpfn9BrpQlXkDg',
  'm1n+FyLppEWD5ABJC9xVQmxkBg6QuzzulelcIfM8N1jlv4QLavlHU4kAYO9C+CJVcrXAzsJ8LaIO7Fp4ULL08AkuVCdM',
  'o9M6o38MlbsIBVLSxguZZxilmcwcsykMJHjI/BdVLSSbXZqmTWZnM+dUxX6x8D3UYj8W/AIfADOAWGoQk8IK7mZMehhQ',
  'dxEhuGOnYOf3WpJQwObvJooqtDz4vSFSYFsGF4EX6N67ITWtMbDDitPe+P4Hwkz3oE2QLDiE6ovdJq2+WvlWLkWSGPcE',
  'ZR1NwX/c6Y6ph2ZMbaEzoB7+wl3dEYBohUftnIW4FqA08CixWr2Ui98Dh0LJtckzmK/uqWc9//312qUQRFG9+H0/qMpc',
  'pT2nDTVA7je4WG7GhSuJwisL9jDBwMaBJaSbMbookklXJ5SyCxC9uLygcqLQcqspd+JFO+/Fo8DBzlLMo089U+4U15Tg',
  'rFpVbRCVQrGab7HuwfSCJcc0z1k6YV++WVerz4L1RJwery9fUNG9RX3PHY3mmnWawGyoB5m6mFC9KxX/CL/QioBMLUNh',
  'U9zNikWv5EgGTAj4bGj1ACZ9GpWn4KYauxBypl4iXSfFGuq0DZFWt0j3iUvSP6leQETSpltCsmQSdZfivOs5Jauy0zVO',
  'Dsc+kRn81VCJEk8kR+ZrelAukA9rzHChf+MQjZaRimk1I6JPwYE5x4XBhKbUqhXcpcIV8WYOosn5i2Tl91H6qk2B8AOp',
  'YWLdCKz9w4zH2KRgpYRDTnH5ghaMECdP6TJabG3nSlQp0bS1SvbggalkOEVhCVGIR+R019RQzRrdkBqd5BKSWCoNXFp6',
  'u3D1BjEJIQbGZfzILRDUYXF5KBKqDxHxMB616AcwhbEwHQV8Q7qp5/Vy+0t+/AYWMMd+FUPQEuVLWsXGLbL0hJKe0En1',
  'UtiSKbLt+B5YqgjT0TiFfceUnRGDtxpwLV5JtZUcMDavm/3CxAKUpKD5k4qT4JilohQ8oC2Wglqmps3CgTmJB0ys/dl2',
  'VZwoQ3blOTSVmMzC5D24aUBxnzOLCXc/PJ94HVMjb1JjFi7jrnLxe3jb3QH6F6xQSA3/+PuC6h/IGsSzgHKBolJQAt6Y',
  'UPJO7nPKuDCRKRSO4icPhYoFe7eRGRApirJF0+sG0KKSgAO6th5k1ElHkrvcIhkCTymab+kTb6RgsEtSTVo26UDl8k3x',
  'lsf50G3fZfV+FVQiHxTXUqNISqGvIT1OUT6FFfqAsLIu4yFhDqPmhLTb9aUlQFp18gjGBUJMMono3fteWHmMh6uxMno9',
  'Em5PUoO2cvtk5f7LkhAnh5iq8ydruJtnef8KLNW1kJ4GPrlmElRhaT6Y8CoTAbmUij1aI5fR2+M/3raAlLjtyVHhlqyE',
  'wA6NUIkyTYsBRrkvtuzCVf3w/nqkZnMUMb10AjW96d5SVHAae7CS7ouXxOrES9cetgvHtKW3KvG6PhkOvdkO3eRAwup0',
  'wmt/i9xcjQ+sYtGG+CQ7/2+naLPMHt48dqyEmNeDfvCRYu3v3LwxaQboV/TL+5O/fWHHMfEwYdVqscQ5X4P+OKeLGf+S',
  '5yA/+vIc7TqLd6ub6tpBWbmuYkofXOycHGUH5uVmLeVjTMEp5ojHCVRhZxP8IGZnHt6tc4fRdUnTojMEnlYlb83BtJmD',
  'VwJXElTX8thi6AlXdXJhe4TNEArZtB0leK4zSEWEMxijQhGeAIXVTIR+mKS+yPdG5FWnihMVEby2q2/yv8U0vz0COUYl',
  'cdSxO7469F/vFTKnI/E/btABINDDuWyiB+C3AyS1TkImdDyapLRvDdr+2A5o2/UlJajyvH8+acyr7YKafcuYM3KNJm3Q',
  'xWLh8In+/erSHTNJYdT94xiPJGxdDgPk8HUeX1rkAVoMUia0KqPH3y59z2eFMeNaAg03Yr7XpQdsM/inBZUC9xg3x6F0',
  'BQbQARKeA74Vw9pfX9TFfwKbAkbiXVCz4bLyRquy0jfztN+njBYQYUtJo7JpNbAB2CYYUpgvhnB3ro0W8iIW3fosfm8p',
  'y7zYNu7WDq8eFOIjAIwRyTzcCaWq+/rXlnktxUbtdjKsvTgRkBWs6zsGU6fqggEfbBROcqjKCZJFx3dY0Z3f39CIrEyX',
  'OD49MNx3qSOLoJr6ytW39H5uL01EgKWDCkRZEMPsEJGKsTHetR9/RiXrU7bi1CAAXiAh+015tZVHiZzVSdr95rZxLz+Y',
  'hdEFR0jWg/aStTjBVA++/nj8MkoVObZzLO88IBUCvDANgA5bqbRQd8BrjIAWeHElGiCPWSHphGfDoZf+4GEW33vDF/Sp',
  'tH3ybArwPwHSH3OYmnHFkR2qHhkP4kfwB5Yua0JN6+DA+zgRlp5pa7lupcuKELo6R7V3Sl6DIpsVoIAXikJdhCkUcgqh',
  'M5bOVv/kGdLtJl0ghYj5AfKWH+J6+8uivOYTZZ5qSy/ZBqrfBAK9lhPojg3Hs7FAoVSkA14nC4kMtVwqnC8dqc39CjLf',
  'dsrCC+xt4I23INg8QCRQqA1kGcRS5Ekoq1CDK9xqzU/oHHgNLowWWX2h2CXWOmiAz39hLBBhYUOvfplMNFXi1j+OjPCS',
  '38U7EKL7ixlj+tt5JbaB/Zv9HAnSjYj3Ei/91Keskgv0zvjD//zSQUb/vr4vPlXPayBe5PX9/fLN0+3jYe5y4uP9H2Tp',
  'PfU=',
];

/** Returns the list as dpkg stores it: one directory or file per line. */
export function readHeaders(): string {
  return brotliDecompressSync(Buffer.from(PACKED.join(''), 'base64')).toString();
}
