// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import io.github.mtasts4j.testkit.RecipientDomain;
import io.github.mtasts4j.testkit.StsWorld;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * The test kit's DNS and Policy Host, Postfix for an MX, and what senders need to know of them. It runs while the tests of
 * one class do, and adds to the error of each that fails what Postfix has logged in it.
 */
final class PostfixWorld
        implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, TestExecutionExceptionHandler {

    private final Function<StsWorld, List<Smtpd>> hosts;
    private @Nullable Running running;
    private int mark;

    private record Running(StsWorld internet, PostfixMx postfix, SendingSide sendingSide) {}

    /** A world with these hosts; their certificates are issued by an authority of the little internet. */
    PostfixWorld(Function<StsWorld, List<Smtpd>> hosts) {
        this.hosts = hosts;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws InterruptedException {
        StsWorld internet = StsWorld.start();
        try {
            PostfixMx postfix = PostfixMx.start(hosts.apply(internet));
            running = new Running(internet, postfix, new SendingSide(internet, postfix::addressOf));
        } catch (AssertionError | RuntimeException | InterruptedException e) {
            internet.close();
            throw e;
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        mark = postfix().log().mark();
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable error) throws Throwable {
        List<String> lines = postfix().log().since(mark);
        error.addSuppressed(new AssertionError("Postfix's log:\n" + String.join("\n", lines)));
        throw error;
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (running != null) {
            running.sendingSide.close();
            running.postfix.close();
            running.internet.close();
        }
    }

    private Running running() {
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    /** A domain whose mail goes to these hosts of Postfix, the first being the most preferred. */
    RecipientDomain domain(String name, String... mxs) {
        StsWorld internet = running().internet;
        for (int i = 0; i < mxs.length; i++) {
            internet.dns().mx(name, 10 * (i + 1), mxs[i]).remove(mxs[i]).host(mxs[i], "127.0.0.1");
        }
        return internet.domain(name);
    }

    PostfixMx postfix() {
        return running().postfix;
    }

    SendingSide sendingSide() {
        return running().sendingSide;
    }
}
