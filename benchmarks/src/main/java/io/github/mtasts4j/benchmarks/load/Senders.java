// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks.load;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.http.AddressGuard;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.tls.CertificateVerifier;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.InMemoryDnsResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.Timeout;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * Both ways to find out about a domain from {@link Servers}: this library, and its two calls bare. Both are told the address
 * of the Policy Host without a look-up.
 */
final class Senders {

    private final int dnsPort;
    private final int httpsPort;
    private final X509Certificate root;

    Senders(String dnsPort, String httpsPort, String root) throws GeneralSecurityException, IOException {
        this.dnsPort = Integer.parseInt(dnsPort);
        this.httpsPort = Integer.parseInt(httpsPort);
        try (InputStream in = Files.newInputStream(Path.of(root))) {
            this.root =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private InetSocketAddress dns() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), dnsPort);
    }

    /** With the defaults but for who may be trusted and where to connect; on the executor, if there is one. */
    MtaSts ours(ExecutorService executor) {
        return ours(executor, ResolverSettings.defaults());
    }

    /** With room for so many domains without a policy. */
    MtaSts oursForJunk(ExecutorService executor, long negatives) {
        ResolverSettings defaults = ResolverSettings.defaults();
        return ours(executor, defaults.withCapacity(defaults.maxPolicies(), negatives));
    }

    private MtaSts ours(ExecutorService executor, ResolverSettings settings) {
        AddressLookup addresses = host -> new AddressLookup.Addresses(List.of(InetAddress.getLoopbackAddress()));
        ApachePolicyFetcher fetcher = ApachePolicyFetcher.builder()
                .addresses(addresses)
                .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"))
                .trust(CertificateVerifier.trusting(List.of(root)))
                .port(httpsPort)
                .build();
        return MtaSts.builder(DnsJavaResolver.servers(dns()).build().txtLookup(), fetcher)
                .withoutRefresh()
                .executor(executor)
                .settings(settings.withFlights(64, 10_000).withForegroundWait(Duration.ofMinutes(1)))
                .build();
    }

    /** A TXT query by dnsjava and nothing else. */
    final class BareTxt {

        private final SimpleResolver resolver = new SimpleResolver(dns());

        BareTxt() {
            resolver.setTimeout(Duration.ofSeconds(10));
        }

        int ask(String domain) throws IOException {
            Name name = Name.fromString("_mta-sts." + domain + ".");
            Message reply = resolver.send(Message.newQuery(Record.newRecord(name, Type.TXT, DClass.IN)));
            return reply.getRcode();
        }
    }

    /** A GET by HttpClient 5 over a new connection with a full handshake, and nothing else. */
    final class BareGet {

        private final CloseableHttpClient client;

        BareGet(int domains, int callers) throws GeneralSecurityException, IOException {
            InMemoryDnsResolver addresses = new InMemoryDnsResolver();
            for (int i = 0; i < domains; i++) {
                addresses.add("mta-sts." + Servers.domain(i), InetAddress.getLoopbackAddress());
            }
            this.client = HttpClients.custom()
                    .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                            .setDnsResolver(addresses)
                            .setMaxConnTotal(callers)
                            .setMaxConnPerRoute(callers)
                            .setTlsSocketStrategy(new DefaultClientTlsStrategy(context()))
                            .setDefaultConnectionConfig(ConnectionConfig.custom()
                                    .setConnectTimeout(Timeout.ofSeconds(30))
                                    .build())
                            .build())
                    .setConnectionReuseStrategy((request, response, exchange) -> false)
                    .disableRedirectHandling()
                    .disableContentCompression()
                    .disableAutomaticRetries()
                    .disableCookieManagement()
                    .build();
        }

        private SSLContext context() throws GeneralSecurityException, IOException {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("root", root);
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(null, trust.getTrustManagers(), null);
            // Else it resumes the session of its last visit to the host, which is no first contact. Zero would be
            // without a limit.
            context.getClientSessionContext().setSessionCacheSize(1);
            return context;
        }

        int get(String domain) throws IOException {
            HttpGet get = new HttpGet("https://mta-sts." + domain + ":" + httpsPort + "/.well-known/mta-sts.txt");
            String body = client.execute(
                    get, response -> EntityUtils.toString(response.getEntity(), StandardCharsets.US_ASCII));
            return body.length();
        }
    }
}
