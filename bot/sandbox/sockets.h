// SPDX-License-Identifier: Apache-2.0
// The server's side of one connection, found by its two ends: cpp-httplib gives a handler no way to cut it,
// and a forge that never hangs up would be no test for anybody.
#pragma once

namespace kedge::sandbox {

class Connection {
 public:
  Connection(int local_port, int remote_port);
  /// Ends the connection without another byte.
  void cut() const;
  bool peer_left() const;

 private:
  int socket_ = -1;
};

/// Ends every connection that was accepted on the port.
void cut_connections(int local_port);

}  // namespace kedge::sandbox
