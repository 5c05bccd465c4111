// A DNS server on loopback that knows the TXT records it was told, and nothing else.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

import packet from 'dns-packet';

export async function startNames() {
  const texts = new Map();
  const socket = createSocket('udp4');
  socket.on('message', (message, peer) => {
    const asked = packet.decode(message);
    const [question] = asked.questions;
    const known = question.type === 'TXT' ? texts.get(question.name.toLowerCase()) : undefined;
    const answers = known ? [{ type: 'TXT', name: question.name, ttl: 1, data: known }] : [];
    const soa = { mname: 'ns.test', rname: 'ops.ns.test', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1 };
    const authorities = known ? [] : [{ type: 'SOA', name: question.name, ttl: 1, data: soa }];
    socket.send(packet.encode({
      type: 'response',
      id: asked.id,
      flags: packet.AUTHORITATIVE_ANSWER,
      questions: asked.questions,
      answers,
      authorities,
    }), peer.port, peer.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    /** Sets the TXT record of a name. */
    put: (name, text) => texts.set(name, text),
    stop: () => socket.close(),
  };
}
