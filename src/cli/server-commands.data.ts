import type { CommandDescription } from './command.ts';

/* Origin: our own. */

/** The commands of continuous operation. */
export const SERVER_COMMANDS: readonly CommandDescription[] = [
  {
    name: 'serve',
    usage: 'plimsoll serve [options]',
    summary: 'watch images: which does an advisory affect, who is notified, who may do what',
    examples: [
      {
        line: 'plimsoll serve',
        does: 'serve on loopback; print the address and a link that opens the pages',
      },
      {
        line: 'plimsoll serve --sample',
        does: 'try it with three sample images, without a network',
      },
      {
        line: 'plimsoll serve --server-dir ./server --listen 127.0.0.1:0',
        does: 'use another directory and any free port',
      },
      {
        line: 'plimsoll serve --database postgres://plimsoll@db.example/plimsoll',
        does: 'store everything except documents in PostgreSQL',
      },
      {
        line: 'plimsoll serve --tenant acme=https://acme.example.org --tenant globex=https://globex.example.org',
        does: 'serve separate tenants, each with a store and an address of its own',
      },
      {
        line: 'plimsoll serve --documents s3://plimsoll-documents/production',
        does: 'keep the inventories in a bucket of S3',
      },
      {
        line: 'plimsoll serve --db-auto-update',
        does: 'download newer advisories every two hours',
      },
      {
        line: 'plimsoll serve --trusted-root trusted_root.json --identity ops@acme.example --issuer https://accounts.google.com',
        does: 'verify keyless signatures of documents that are attached to watched images',
      },
    ],
    notes: [
      'The pages show which image must not ship, why, and what to fix first. They need no scripts.',
      'The store is a SQLite database in one directory. If the advisory database changes, for example by',
      '"plimsoll db update", only the components that the change may affect are matched again.',
      '--fail-on and --policy set the conditions that every image must meet. Without them, the last ones stay.',
      'The sign-in link works once, within 15 minutes. "plimsoll push" of the same user finds the server.',
    ],
    positionalsMax: 0,
    takesFiles: false,
  },
  {
    name: 'serve worker',
    usage: 'plimsoll serve worker --database URL [options]',
    summary: 'do the work of servers with the same PostgreSQL database: any number can run',
    examples: [
      {
        line: 'plimsoll serve worker --database postgres://plimsoll@db.example/plimsoll',
        does: 'judge images again when decisions, advisories or the policy change',
      },
    ],
    notes: [
      'Workers and servers of one database must share --server-dir and --documents. A worker works for all',
      'tenants. If it ends, another process takes over its job after 15 seconds.',
    ],
    positionalsMax: 0,
    takesFiles: false,
  },
  {
    name: 'push',
    usage: 'plimsoll push TARGET... [options]',
    summary: 'read targets on this machine, and send their inventories to a server',
    examples: [
      { line: 'plimsoll push alpine.tar app.tar', does: 'send two images to the local server' },
      {
        line: 'plimsoll push app.tar --fail-on high',
        does: 'in CI: fail if the image has a finding of severity high or critical',
      },
      {
        line: 'plimsoll push app.cdx.json -o json',
        does: 'send an SBOM, and print the response as JSON',
      },
      {
        line: 'plimsoll push app.tar --vex app.openvex.json',
        does: 'send statements about the image, too: each waits until an approver agrees',
      },
      {
        line: 'plimsoll push --placements pods.json --environment prod',
        does: 'report which images are in use: the output of "kubectl get pods -A -o json"',
      },
    ],
    notes: [
      'Prints the counts, the verdict, and the findings that are new since an image with the same name was',
      'last pushed. Only the inventory is sent, not the image.',
      'If a target fails, the others are still sent. An error sets the exit status before a failed gate.',
    ],
    positionalsMax: 1_000,
    takesFiles: true,
  },
  {
    name: 'serve admin',
    usage:
      'plimsoll serve admin verify|backup|restore|migrate|retire|veto|watch|advisories|token|secrets|sign-out|who-may [options]',
    summary: 'maintain the store of a server, and manage who may use the server',
    examples: [
      {
        line: 'plimsoll serve admin verify',
        does: 'compute everything anew, and list the differences',
      },
      {
        line: 'plimsoll serve admin backup ./backup',
        does: 'write a backup, also while a server runs',
      },
      {
        line: 'plimsoll serve admin restore ./backup --database postgres://plimsoll@db.example/plimsoll',
        does: 'move a store to an empty PostgreSQL database',
      },
      {
        line: 'plimsoll serve admin retire --older-than 90 --keep-each 3 --preview',
        does: 'list the images that would be retired',
      },
      {
        line: 'plimsoll serve admin veto add app:1.2 deployed "runs in production"',
        does: 'keep an image however old it is',
      },
      {
        line: "plimsoll serve admin watch add shop 'registry.example.org/shop/*' --tags 'v*'",
        does: 'read the images of a registry, and notice new ones',
      },
      {
        line: 'plimsoll serve admin advisories pin 3f2a "the last feed was damaged"',
        does: 'go back to an earlier advisory database, and stay there',
      },
      {
        line: 'plimsoll serve admin token add ci --role uploader --project shop',
        does: 'create a token with which CI can add images to one project',
      },
      {
        line: 'plimsoll serve admin secrets encrypt --secrets-key new.key --old-secrets-key old.key',
        does: 'encrypt the secrets of subscriptions with another key',
      },
      {
        line: 'plimsoll serve admin who-may PUT /api/v1/inventories/DIGEST',
        does: 'list the roles and tokens that may use a route',
      },
    ],
    notes: [
      'A retired image has no findings and no verdict any more, but stays in past revisions. "verify" has the',
      'exit status 1 if there are differences. A token has one role in one scope, and is printed once.',
    ],
    words: {
      verify:
        'compute matches, counts and verdicts anew, check documents, and list the differences',
      backup: 'write rows, documents and the advisory database in use to a new directory DIR',
      restore: 'write the backup DIR into an empty store of any engine',
      migrate: 'update the tables of a store; --preview only lists the changes',
      retire: 'retire old images; --preview only lists them',
      veto: '"add IMAGE KIND REASON", "list" or "remove IMAGE KIND": images that are never retired, because they are deployed, released or held',
      watch:
        '"add NAME HOST/PATTERN", "list" or "remove NAME": registries whose images a server reads',
      advisories:
        '"list", "pin DIGEST REASON", "unpin" or "accept DIGEST": the advisory databases of a store',
      token: '"add NAME", "list" or "remove NAME": the tokens of programs',
      secrets:
        '"status", "encrypt", "decrypt" or "forget": the key of the secrets of subscriptions',
      'sign-out': 'end the sessions of the person ID, or of everybody, at once',
      'who-may': 'list who may use the route METHOD PATH, or each route',
    },
    positionalsMax: 30,
    takesFiles: true,
  },
  {
    name: 'serve notify',
    usage: 'plimsoll serve notify add|list|test|log|pause|resume|remove|replay|rotate [options]',
    summary: 'send messages about changes to webhooks, chats, email, feeds and issue trackers',
    examples: [
      {
        line: 'plimsoll serve notify add ops https://hooks.example.org/plimsoll --severity high',
        does: 'report changes of findings of severity high or critical',
      },
      {
        line: 'plimsoll serve notify add team sec@example.org --channel email --owner payments --digest',
        does: 'send a daily email about the images of a team, and urgent changes at once',
      },
      { line: 'plimsoll serve notify test ops', does: 'send a message now, and print the answer' },
      { line: 'plimsoll serve notify list', does: 'list the receivers, with waiting messages' },
      { line: 'plimsoll serve notify log ops', does: 'list the last messages, and their outcome' },
    ],
    notes: [
      'One message reports a cause, such as an advisory, whatever the number of its effects is. Messages are',
      'CloudEvents, signed as Standard Webhooks. Exploited vulnerabilities, higher severities, failing verdicts and',
      'overdue findings are reported at once, whatever the filters and --digest are.',
      'A message that fails is repeated for three days, in order. Receivers in a private network must be allowed',
      'by "plimsoll serve --allow-host HOST".',
    ],
    words: {
      add: 'add the receiver NAME with the address URL; prints its secret once',
      list: 'list the receivers; -o table or json',
      test: 'send a message to NAME now, and print the answer',
      log: 'list the last messages to NAME; -o table or json',
      pause: 'keep messages to NAME for later',
      resume: 'send messages to NAME again',
      remove: 'remove NAME and its messages',
      replay: 'send the message ID of "serve notify log" again, or those to NAME with --since',
      rotate: 'replace the secret of NAME; the one before stays valid until the next time',
    },
    positionalsMax: 3,
    takesFiles: false,
  },
];
