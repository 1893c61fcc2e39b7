#include "Peer.hpp"

void peer_process(Peer *peer, const float *const *x, float *const *y) { peer->process(x, y); }

void peer_destroy(Peer *peer) { delete peer; }
