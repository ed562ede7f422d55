// SPDX-License-Identifier: Apache-2.0
// A real SMTP server for the mail tests. Its one argument is JSON: {starttls, secure, key, cert, user, pass}.
// Says on stdout, one JSON object a line: {"listening":port}, then for each mail what came of it. What it does
// is chosen by the local part of a recipient: busy (451), gone (550), later (451 after the mail), heavy (552
// after the mail), cut (the connection breaks after the mail, before a reply), cut-rcpt (… before the mail),
// silent (no reply to the mail); of the sender: banned (550). Ends when its stdin is closed.
import { readFileSync } from 'node:fs';
import { SMTPServer } from 'smtp-server';

const given = JSON.parse(process.argv[2] ?? '{}');
const say = (object) => process.stdout.write(JSON.stringify(object) + '\n');
const local = (address) => address.slice(0, address.indexOf('@'));
const refusal = (code, text) => Object.assign(new Error(text), { responseCode: code });

const cut = (session) => {
  for (const connection of server.connections) {
    if (connection.session.id === session.id) connection._socket.destroy();
  }
};

const server = new SMTPServer({
  name: 'peer.acme.example',
  banner: 'ready',
  logger: false,
  secure: Boolean(given.secure),
  key: given.key ? readFileSync(given.key) : undefined,
  cert: given.cert ? readFileSync(given.cert) : undefined,
  hideSTARTTLS: !given.starttls,
  allowInsecureAuth: true,
  authOptional: !given.user,
  disableReverseLookup: true,
  onAuth(auth, session, done) {
    const right = auth.username === given.user && auth.password === given.pass;
    say({ login: auth.username, secure: session.secure, right });
    if (right) done(null, { user: auth.username });
    else done(refusal(auth.username === 'tired' ? 454 : 535, `not ${auth.password}`));
  },
  onMailFrom(address, _session, done) {
    done(local(address.address) === 'banned' ? refusal(550, 'sender is banned') : null);
  },
  onRcptTo(address, session, done) {
    const who = local(address.address);
    if (who === 'busy') return done(refusal(451, '4.7.1 greylisted'));
    if (who === 'gone') return done(refusal(550, '5.1.1 no such user'));
    if (who === 'cut-rcpt') return cut(session);
    done();
  },
  onData(stream, session, done) {
    const pieces = [];
    stream.on('data', (piece) => pieces.push(piece));
    stream.on('end', () => {
      const to = session.envelope.rcptTo.map((one) => one.address);
      const raw = Buffer.concat(pieces).toString('utf8');
      say({ from: session.envelope.mailFrom.address, to, secure: session.secure, user: session.user ?? '', raw });
      const behaviours = to.map(local);
      if (behaviours.includes('cut')) return cut(session);
      if (behaviours.includes('silent')) return undefined;
      if (behaviours.includes('later')) return done(refusal(451, '4.3.0 try again later'));
      if (behaviours.includes('heavy')) return done(refusal(552, '5.3.4 message too big'));
      return done();
    });
  },
});
server.on('error', () => {});
server.listen(0, '127.0.0.1', () => say({ listening: server.server.address().port }));
process.stdin.on('end', () => process.exit(0)).resume();
