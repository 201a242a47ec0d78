// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.cluster;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.MxPlan;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.discovery.SharedPolicyStore;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.dns.MxLookup;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * {@code RelayNode jdbc:postgresql://db/mail?user=relay} is one relay of many. For each domain on the standard input it says what its policy is,
 * and which MX hosts the mail may be tried at.
 */
public final class RelayNode implements AutoCloseable {

    private final MtaSts sts;
    private final MxLookup mxs;
    private final PrintStream out;

    RelayNode(PolicyRows rows, TxtLookup txt, PolicyFetcher fetcher, MxLookup mxs, PrintStream out) {
        ClusterNews news = new ClusterNews(out);
        // [store]
        PolicyStore store = SharedPolicyStore.over(rows); // JdbcPolicyRows.of(dataSource), RedisPolicyRows.of(client)
        MtaSts sts = MtaSts.builder(txt, fetcher).store(store).listener(news).build();
        // [/store]
        this.sts = sts;
        this.mxs = mxs;
        this.out = out;
    }

    /**
     * Runs until the standard input ends.
     *
     * @param args where the policies are
     * @throws IOException if the standard input cannot be read
     * @throws InterruptedException if it was interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        DnsJavaResolver dns = DnsJavaResolver.system().build();
        PrintStream out = System.out; // Not ours to close.
        try (ApachePolicyFetcher fetcher = ApachePolicyFetcher.builder()
                        .addresses(dns.addressLookup())
                        .build();
                RelayNode node = new RelayNode(SharedRows.at(args[0]), dns.txtLookup(), fetcher, dns.mxLookup(), out)) {
            node.run(new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())));
        }
    }

    void run(BufferedReader domains) throws IOException, InterruptedException {
        for (String line = domains.readLine(); line != null; line = domains.readLine()) {
            tell(PolicyDomain.ofDomain(line.strip()));
        }
    }

    private void tell(PolicyDomain domain) throws InterruptedException {
        PolicyResolution policy = sts.resolve(domain);
        out.println(domain + ": " + policy.inWords());
        if (domain.asName().isPresent()) {
            for (DomainName mx : mxs.lookup(domain.asName().get()).candidates()) {
                out.println(
                        "  " + mx + (sts.plan(policy, mx) instanceof MxPlan.Skip ? " is not listed" : " may be tried"));
            }
        }
    }

    @Override
    public void close() {
        sts.close();
    }
}
