// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.serve;

import io.github.mtasts4j.postfix.MetricsServer;
import io.github.mtasts4j.postfix.PostfixMetrics;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a server tells of itself, if anybody is to be told. */
record Pages(Optional<MetricsServer> server) implements AutoCloseable {

    static Pages at(@Nullable String address, PostfixMetrics counts) throws IOException {
        return new Pages(
                address == null
                        ? Optional.empty()
                        : Optional.of(MetricsServer.start(ListenAddress.port(address), counts)));
    }

    Optional<String> address() {
        return server.map(MetricsServer::address)
                .map(where -> where.getAddress().getHostAddress() + ":" + where.getPort());
    }

    @Override
    public void close() {
        server.ifPresent(MetricsServer::close);
    }
}
