// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.StsWorld;
import java.util.List;
import java.util.function.Function;

/** The test kit's DNS and Policy Host, Postfix for an MX, and what senders need to know of them. */
final class PostfixWorld implements AutoCloseable {

    private final StsWorld internet;
    private final PostfixMx postfix;
    private final SendingSide sendingSide;

    private PostfixWorld(StsWorld internet, PostfixMx postfix) {
        this.internet = internet;
        this.postfix = postfix;
        this.sendingSide = new SendingSide(internet, postfix::addressOf);
    }

    /** Starts it all, with these hosts; their certificates are issued by an authority of the little internet. */
    static PostfixWorld start(Function<StsWorld, List<Smtpd>> hosts) throws InterruptedException {
        StsWorld internet = StsWorld.start();
        try {
            return new PostfixWorld(internet, PostfixMx.start(hosts.apply(internet)));
        } catch (AssertionError | RuntimeException | InterruptedException e) {
            internet.close();
            throw e;
        }
    }

    /** A domain whose mail goes to these hosts of Postfix, the first being the most preferred. */
    RecipientDomain domain(String name, String... hosts) {
        for (int i = 0; i < hosts.length; i++) {
            internet.dns().mx(name, 10 * (i + 1), hosts[i]).host(hosts[i], "127.0.0.1");
        }
        return internet.domain(name);
    }

    PostfixMx postfix() {
        return postfix;
    }

    SendingSide sendingSide() {
        return sendingSide;
    }

    @Override
    public void close() {
        sendingSide.close();
        postfix.close();
        internet.close();
    }
}
