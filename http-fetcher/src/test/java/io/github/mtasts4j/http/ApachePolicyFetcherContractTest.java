// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.testkit.contract.PolicyFetcherContract;
import io.github.mtasts4j.testkit.https.PolicyHost;
import io.github.mtasts4j.testkit.tls.TestCa;

final class ApachePolicyFetcherContractTest extends PolicyFetcherContract {

    @Override
    protected PolicyFetcher open(PolicyHost host, TestCa authority) {
        return Fetching.from(host, authority);
    }
}
