// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.discovery.PolicyFetcher.Response;
import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import java.io.IOException;
import java.net.InetAddress;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.io.CloseMode;

/**
 * One request at one address, from the connection to the last octet of the answer.
 *
 * @param errand what to ask for
 * @param client asks
 * @param wire what the client asks over
 * @param tls what the client makes of the wire
 */
record Exchange(Errand errand, ClosedDownClient client, Wire wire, HostTls tls) {

    /** Makes it. Its result no longer matters if the wire was cut meanwhile. */
    Result with(InetAddress address) {
        CloseableHttpClient http = client.open(address);
        try {
            Result result = ask(http);
            if (tls.established() && !(result instanceof Response)) {
                wire.cut(); // Before it is closed, which would read on for a while in what such a server sends.
            }
            return result;
        } finally {
            http.close(CloseMode.GRACEFUL);
        }
    }

    /** The response is never closed by itself, which would drain it; it ends with its client. */
    private Result ask(CloseableHttpClient http) {
        HttpClientContext context = HttpClientContext.create();
        ClassicHttpResponse response;
        try {
            response = http.executeOpen(errand.target(), errand.message(), context);
        } catch (IOException e) {
            return Trouble.inHead(e);
        }
        try {
            return errand.read(response, context, wire);
        } catch (IOException e) {
            return Trouble.inBody(e);
        }
    }
}
