// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.policy.DomainName;

/**
 * Makes one POST over HTTPS, as {@code ApacheReportPost} of {@code mtasts4j-http-fetcher} does; a reference to its method {@code post} is
 * one. Called by several threads at once.
 *
 * <p>Host and target are a stranger's. So it connects to public addresses only, to those that it has checked; it follows no redirect,
 * repeats nothing, sends no {@code Content-Encoding}, and ends in reasonable time whatever the server does.
 */
@FunctionalInterface
public interface HttpsTransport {

    /**
     * Makes the POST. One that throws is logged, and the report is tried again later.
     *
     * @param host to whom, on port 443
     * @param target the path and the query; begins with a slash
     * @param mediaType the {@code Content-Type}
     * @param body the content of the report's file; not to be changed
     * @return a {@link PolicyFetcher.Response} with whatever status, or what kept one from coming about
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    PolicyFetcher.Result post(DomainName host, String target, String mediaType, byte[] body)
            throws InterruptedException;
}
