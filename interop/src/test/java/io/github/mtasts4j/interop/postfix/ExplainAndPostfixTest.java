// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.interop.MtaStsJar;
import io.github.mtasts4j.interop.PrivateDirectory;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.testkit.smtp.MxFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code mta-sts explain} and a Postfix that asks {@code mta-sts serve postfix} are of one mind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExplainAndPostfixTest {

    private final List<AutoCloseable> open = new ArrayList<>();
    private StsWorld world;
    private MtaStsJar command;
    private PostfixSender postfix;

    ExplainAndPostfixTest() {}

    private <T extends AutoCloseable> T closedLater(T resource) {
        open.add(0, resource);
        return resource;
    }

    @BeforeAll
    void start() throws Exception {
        LittleInternet internet = closedLater(LittleInternet.start());
        world = internet.world();
        PrivateDirectory directory = closedLater(PrivateDirectory.of("explain"));
        command = new MtaStsJar(world, directory);
        MtaStsJar.Server server =
                closedLater(command.serve("server", Map.of(), "--store", "file:" + directory.path("policies")));
        postfix = closedLater(PostfixSender.start(internet, server.maps()));
    }

    @AfterAll
    void stop() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }

    /** A domain, what {@code postmap -q} says of it, and whether it has its mail. */
    private enum Case {
        GOOD("secure match=mx.good.example servername=hostname", true) {
            @Override
            void publish(StsWorld world) {
                world.domain(domain()).mx(mx()).enforces(mx());
            }
        },
        NOT_LISTED("secure match=mx.elsewhere.example servername=hostname", false) {
            @Override
            void publish(StsWorld world) {
                world.domain(domain()).mx(mx()).enforces("mx.elsewhere.example");
            }
        },
        OTHER_NAME("secure match=mx.other-name.example servername=hostname", false) {
            @Override
            void publish(StsWorld world) {
                world.domain(domain()).mx(mx()).enforces(mx());
                world.mx(mx()).present(world.ca().issue("mx.another.example"));
            }
        },
        UNTRUSTED("secure match=mx.untrusted.example servername=hostname", false) {
            @Override
            void publish(StsWorld world) {
                world.domain(domain()).mx(mx()).enforces(mx());
                world.mx(mx()).present(world.untrustedCa().issue(mx()));
            }
        },
        NO_TLS("secure match=mx.no-tls.example servername=hostname", false) {
            @Override
            void publish(StsWorld world) {
                world.domain(domain()).mx(mx()).enforces(mx());
                world.mx(mx()).behave(MxFault.Always.NO_STARTTLS);
            }
        },
        TESTED("", true) {
            @Override
            void publish(StsWorld world) {
                world.domain(domain()).mx(mx()).tests("mx.elsewhere.example");
            }
        },
        WITHOUT("", true) {
            @Override
            void publish(StsWorld world) {
                world.domain(domain()).mx(mx());
            }
        };

        private final String answer;
        private final boolean delivered;

        Case(String answer, boolean delivered) {
            this.answer = answer;
            this.delivered = delivered;
        }

        abstract void publish(StsWorld world);

        String domain() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".example";
        }

        String mx() {
            return "mx." + domain();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsExplainedIsWhatPostfixDoes(Case row) throws Exception {
        row.publish(world);

        MtaStsJar.Run explained = command.runInWorld(Map.of(), "explain", "--json", row.domain(), row.mx());
        assertThat(explained.out()).contains("\"mayDeliver\":" + row.delivered);
        assertThat(postfix.postmap(row.domain())).isEqualTo(row.answer);
        assertThat(postfix.send("alice@" + row.domain())).contains(row.delivered ? "status=sent" : "status=deferred");
    }
}
