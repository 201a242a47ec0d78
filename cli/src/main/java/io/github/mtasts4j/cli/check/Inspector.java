// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.check;

import io.github.mtasts4j.cli.TypedName;
import io.github.mtasts4j.cli.net.Certificates;
import io.github.mtasts4j.cli.net.MxContact;
import io.github.mtasts4j.cli.net.MxProbe;
import io.github.mtasts4j.cli.net.Network;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.dns.DaneLookup;
import io.github.mtasts4j.dns.MxHost;
import io.github.mtasts4j.dns.MxLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyParser;
import io.github.mtasts4j.policy.RemoteText;
import io.github.mtasts4j.tlsreport.ReportingPolicyLookup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Asks everybody who has to do with a domain's mail. Judges nothing. Thread-safe; to be closed. */
final class Inspector implements AutoCloseable {

    private static final String MARK = "v=STSv1";

    private final Network network;
    private final Function<DomainName, Optional<CachedPolicy>> store;
    private final MxProbe probe;
    private final ExecutorService probes;

    Inspector(Network network, Function<DomainName, Optional<CachedPolicy>> store, int probesAtATime) {
        this.network = network;
        this.store = store;
        this.probe = new MxProbe(network);
        this.probes = Executors.newFixedThreadPool(probesAtATime, task -> {
            Thread thread = new Thread(task, "mta-sts-mx");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Everything about a domain and all its MX hosts. */
    DomainFacts inspect(TypedName name) throws InterruptedException {
        MxLookup.Answer mx = network.mx().lookup(name.name());
        return inspect(name, mx, candidates(mx));
    }

    /** The same with one host only, which need not be among those of the DNS. */
    DomainFacts inspect(TypedName name, DomainName host) throws InterruptedException {
        MxLookup.Answer mx = network.mx().lookup(name.name());
        List<Candidate> one = candidates(mx).stream()
                .filter(candidate -> candidate.host().equals(host))
                .toList();
        return inspect(name, mx, one.isEmpty() ? List.of(new Candidate(host, OptionalInt.empty())) : one);
    }

    private record Candidate(DomainName host, OptionalInt preference) {}

    private static List<Candidate> candidates(MxLookup.Answer answer) {
        if (answer instanceof MxLookup.Hosts hosts) {
            return inOrder(hosts.hosts()).stream()
                    .map(mx -> new Candidate(mx.host(), OptionalInt.of(mx.preference())))
                    .toList();
        }
        return answer.candidates().stream()
                .map(host -> new Candidate(host, OptionalInt.empty()))
                .toList();
    }

    private DomainFacts inspect(TypedName name, MxLookup.Answer mx, List<Candidate> candidates)
            throws InterruptedException {
        Instant now = network.now().truncatedTo(ChronoUnit.SECONDS);
        List<Future<DomainFacts.Mx>> looking = new ArrayList<>();
        for (Candidate candidate : candidates) {
            Callable<DomainFacts.Mx> task = () -> look(name.name(), mx, candidate, now);
            looking.add(probes.submit(task));
        }
        DomainName domain = name.name();
        TxtLookup.Answer txt = txtAt(domain, "_mta-sts");
        List<DomainFacts.Stray> strays = hasRecord(txt) ? List.of() : strays(domain);
        DomainFacts.PolicyHost host = policyHost(domain, now);
        return new DomainFacts(
                name,
                now,
                txt,
                strays,
                host,
                mx,
                await(looking),
                new ReportingPolicyLookup(network.txt()).lookup(domain),
                store.apply(domain));
    }

    private static boolean hasRecord(TxtLookup.Answer answer) {
        return !(answer instanceof TxtLookup.None)
                && !(answer instanceof TxtLookup.Records records
                        && records.values().stream().noneMatch(Inspector::isMarked));
    }

    private TxtLookup.Answer txtAt(DomainName domain, String label) throws InterruptedException {
        Optional<DomainName> name = domain.child(label);
        return name.isPresent() ? network.txt().lookup(name.get()) : new TxtLookup.None(Duration.ZERO);
    }

    /** Where records are put by mistake: at the policy host, with the other line, with the domain's name twice. */
    private List<DomainFacts.Stray> strays(DomainName domain) throws InterruptedException {
        List<DomainFacts.Stray> found = new ArrayList<>();
        for (String name : List.of(
                "mta-sts." + domain,
                "_mta_sts." + domain,
                "_mta-sts." + domain + "." + domain,
                "_mtasts." + domain,
                domain.toString())) {
            Optional<DomainName> at = DomainName.parseHost(name).asOptional();
            if (at.isPresent() && network.txt().lookup(at.get()) instanceof TxtLookup.Records records) {
                records.values().stream()
                        .filter(Inspector::isMarked)
                        .forEach(record -> found.add(new DomainFacts.Stray(at.get(), RemoteText.safe(record))));
            }
        }
        return found;
    }

    private static boolean isMarked(byte[] record) {
        return new String(record, StandardCharsets.ISO_8859_1).startsWith(MARK);
    }

    private DomainFacts.PolicyHost policyHost(DomainName domain, Instant now) throws InterruptedException {
        // A name that has no room for the label cannot have a policy; it is asked for under its own name, in vain.
        DomainName host = domain.child("mta-sts").orElse(domain);
        PolicyFetcher.Request request =
                new PolicyFetcher.Request(domain, host, network.timeout(), PolicyParser.MAX_BODY_OCTETS, now);
        AddressLookup.Answer addresses = network.addresses().lookup(host);
        if (!(addresses instanceof AddressLookup.Addresses) || !host.isLetterDigitHyphen()) {
            return new DomainFacts.PolicyHost(request, addresses, Optional.empty(), Optional.empty());
        }
        PolicyFetcher.Result fetched = network.fetcher().fetch(request);
        boolean metSomebody = !(fetched instanceof PolicyFetcher.Unreachable)
                && !(fetched instanceof PolicyFetcher.TimedOut)
                && !(fetched instanceof PolicyFetcher.AddressForbidden);
        Optional<Certificates> shown = metSomebody ? probe.certificatesOf(host, addresses) : Optional.empty();
        return new DomainFacts.PolicyHost(request, addresses, Optional.of(fetched), shown);
    }

    private DomainFacts.Mx look(DomainName domain, MxLookup.Answer mx, Candidate candidate, Instant now)
            throws InterruptedException {
        DomainName host = candidate.host();
        AddressLookup.Answer addresses = network.addresses().lookup(host);
        DaneLookup.Answer dane = mx.candidates().contains(host)
                ? network.dane().lookup(mx, host)
                : new DaneLookup.None(host + " is no MX of the domain");
        MxContact contact = probe.contact(host, addresses);
        DaneOutcome outcome = contact.tls().isContacted()
                ? dane.outcome(contact.certificates().map(Certificates::chain).orElse(List.of()), now, domain)
                : dane.planned();
        return new DomainFacts.Mx(host, candidate.preference(), addresses, contact, dane, outcome);
    }

    private static <T> List<T> await(List<Future<T>> futures) throws InterruptedException {
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("a look at an MX failed unexpectedly", e.getCause());
            }
        }
        return results;
    }

    /** The order of hosts with equal preference is random for senders; a report had better stay the same. */
    static List<MxHost> inOrder(List<MxHost> hosts) {
        return hosts.stream()
                .sorted(Comparator.comparingInt(MxHost::preference).thenComparing(MxHost::host))
                .toList();
    }

    @Override
    public void close() {
        probes.shutdownNow();
    }
}
