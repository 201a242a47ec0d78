// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit;

import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.testkit.https.Reply;
import java.time.Duration;

/**
 * A recipient's domain in a {@link StsWorld}: what its owner publishes, and what an attacker does to it.
 */
public final class RecipientDomain {

    private static final Duration MAX_AGE = Duration.ofDays(7);

    private final StsWorld world;
    private final String name;

    RecipientDomain(StsWorld world, String name) {
        this.world = world;
        this.name = name;
    }

    // ---- what the owner does ----

    /**
     * Publishes MX records, the first host being the most preferred, and runs the hosts, each with a good certificate.
     *
     * @param hosts names
     * @return this
     */
    public RecipientDomain mx(String... hosts) {
        world.dns().remove(name);
        for (int i = 0; i < hosts.length; i++) {
            world.dns().mx(name, 10 * (i + 1), hosts[i]);
            world.mx(hosts[i]);
        }
        return this;
    }

    /**
     * Publishes an {@code enforce} policy for a week under the id {@code 1}.
     *
     * @param patterns the policy's {@code mx}
     * @return this
     */
    public RecipientDomain enforces(String... patterns) {
        return publishes("1", policy(Mode.ENFORCE, MAX_AGE, patterns));
    }

    /**
     * Publishes a {@code testing} policy for a week under the id {@code 1}.
     *
     * @param patterns the policy's {@code mx}
     * @return this
     */
    public RecipientDomain tests(String... patterns) {
        return publishes("1", policy(Mode.TESTING, MAX_AGE, patterns));
    }

    /**
     * Publishes a record and a policy, the latter on a Policy Host with a good certificate.
     *
     * @param id the id in the TXT record
     * @param policy the text of the policy
     * @return this
     */
    public RecipientDomain publishes(String id, String policy) {
        world.dns()
                .remove("mta-sts." + name)
                .host("mta-sts." + name, world.policyHost().address().getHostAddress());
        world.policyHost().serve(name, world.ca().issue("mta-sts." + name), policy);
        return txt("v=STSv1; id=" + id + ";");
    }

    /**
     * Publishes a TXT record at {@code _mta-sts}, in place of what was there.
     *
     * @param record its text
     * @return this
     */
    public RecipientDomain txt(String record) {
        world.dns().remove("_mta-sts." + name).txt("_mta-sts." + name, record);
        return this;
    }

    /**
     * The text of a policy.
     *
     * @param mode its mode
     * @param maxAge its lifetime
     * @param patterns its {@code mx}
     * @return the text, with CRLF line ends
     */
    public static String policy(Mode mode, Duration maxAge, String... patterns) {
        StringBuilder text = new StringBuilder("version: STSv1\r\nmode: ")
                .append(mode.keyword())
                .append("\r\n");
        for (String pattern : patterns) {
            text.append("mx: ").append(pattern).append("\r\n");
        }
        return text.append("max_age: ")
                .append(maxAge.toSeconds())
                .append("\r\n")
                .toString();
    }

    // ---- what befalls it, or what somebody on the path does to it ----

    /**
     * The DNS now says that the domain's mail goes to another host, which has a good certificate for its own name.
     *
     * @param host the attacker's host
     * @return this
     */
    public RecipientDomain mxForgedAs(String host) {
        return mx(host);
    }

    /**
     * The DNS now has another id.
     *
     * @param id the forged id
     * @return this
     */
    public RecipientDomain idForgedAs(String id) {
        return txt("v=STSv1; id=" + id + ";");
    }

    /**
     * The DNS now has no MTA-STS record.
     *
     * @return this
     */
    public RecipientDomain txtRemoved() {
        world.dns().remove("_mta-sts." + name);
        return this;
    }

    /**
     * Connections to the Policy Host now break off before there is TLS.
     *
     * @return this
     */
    public RecipientDomain httpsBlocked() {
        world.policyHost().respond(name, Reply.withoutTls(Reply.Sabotage.RESET));
        return this;
    }

    /**
     * The Policy Host is not there: it has an address, and nobody listens for this name.
     *
     * @param id the id in the TXT record that promises a policy
     * @return this
     */
    public RecipientDomain policyHostDown(String id) {
        publishes(id, "");
        return httpsBlocked();
    }

    @Override
    public String toString() {
        return name;
    }
}
