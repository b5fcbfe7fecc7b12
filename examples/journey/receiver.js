// Prints the summary and the effects of each message of "plimsoll serve notify".
// Run it with: node receiver.js PORT
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

const [, , port] = process.argv;
createServer((request, response) => {
  void json(request).then(({ type, subject, data }) => {
    const effects = data.effects.map(({ kind, count, images }) => `${count} ${kind} in ${images}`);
    console.log(`${type} ${subject ?? ''}: ${data.summary}; ${effects.join(', ')}`);
    response.writeHead(204).end();
  });
}).listen(Number(port), '127.0.0.1');
