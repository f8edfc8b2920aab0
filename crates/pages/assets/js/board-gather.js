// Leaves of one node over one kind of link in one direction, where there are four or more, drawn as one. The tables keep
// each of them.
export function gathered(state, nodes, edges) {
  const ties = new Map();
  for (const edge of edges) for (const [one, other] of [[edge.a, edge.b], [edge.b, edge.a]]) {
    if (!ties.has(one)) ties.set(one, []);
    ties.get(one).push([edge, other]);
  }
  const heaps = new Map();
  for (const node of nodes) {
    const own = ties.get(node) ?? [];
    if (own.length !== 1 || node.role || node.expanded || node.pinned || node.note) continue;
    const [[edge, other]] = own;
    if ((ties.get(other) ?? []).length === 1) continue;
    const id = `group:${other.id}:${edge.kind}:${edge.sure}:${edge.a === node ? "in" : "out"}:${node.person ? "persons" : "things"}`;
    if (!heaps.has(id)) heaps.set(id, { other, edge, leaves: [] });
    heaps.get(id).leaves.push([node, edge]);
  }
  const gone = new Set(), made = { nodes: [], edges: [] };
  for (const [id, { other, edge, leaves }] of heaps) {
    if (leaves.length < 4 || state.loose.has(id)) continue;
    for (const [node, tie] of leaves) gone.add(node).add(tie);
    const first = leaves[0][0];
    const group = state.groups.get(id) ?? { id, x: first.x, y: first.y, colour: 0, note: "", members: [], pinned: false };
    Object.assign(group, { gathered: leaves.map(([node]) => node), person: first.person, caption: `${leaves.length} × ${edge.label}`, kind: first.person ? "persons, gathered" : "things, gathered" });
    state.groups.set(id, group);
    const [a, b] = leaves[0][1].a === first ? [group, other] : [other, group];
    made.nodes.push(group);
    made.edges.push({ ...edge, id: `tie:${id}`, a, b, from: a.id, to: b.id, share: undefined, start: undefined, end: undefined, statements: [] });
  }
  return { nodes: [...nodes.filter((node) => !gone.has(node)), ...made.nodes], edges: [...edges.filter((edge) => !gone.has(edge)), ...made.edges] };
}
