// What the peer keeps, in memory. Its own store forgets all but a thousand things, and with them the grants of those measured.
const kept = new Map();
const idsOf = new Map();

const note = (key, id) => {
  if (!idsOf.has(key)) idsOf.set(key, new Set());
  idsOf.get(key).add(id);
};

export class Memory {
  constructor(name) {
    this.name = name;
  }

  key(id) {
    return `${this.name}:${id}`;
  }

  async upsert(id, payload) {
    kept.set(this.key(id), payload);
    if (payload.uid) kept.set(`uid:${payload.uid}`, id);
    if (payload.grantId) note(payload.grantId, this.key(id));
  }

  async find(id) {
    return kept.get(this.key(id));
  }

  async findByUid(uid) {
    return this.find(kept.get(`uid:${uid}`));
  }

  async findByUserCode() {
    return undefined;
  }

  async consume(id) {
    kept.get(this.key(id)).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    kept.delete(this.key(id));
  }

  async revokeByGrantId(grant) {
    (idsOf.get(grant) ?? []).forEach((key) => kept.delete(key));
    idsOf.delete(grant);
  }
}
