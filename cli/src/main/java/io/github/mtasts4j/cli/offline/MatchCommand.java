// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.offline;

import io.github.mtasts4j.cli.ExitCode;
import io.github.mtasts4j.cli.Json;
import io.github.mtasts4j.cli.OutputOptions;
import io.github.mtasts4j.cli.Paint;
import io.github.mtasts4j.cli.Refusal;
import io.github.mtasts4j.cli.Surroundings;
import io.github.mtasts4j.cli.TypedName;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.MxPattern;
import io.github.mtasts4j.policy.Parsed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code mta-sts match}. */
@Command(
        name = "match",
        description = {
            "Say which patterns of a policy match a host (RFC 8461 §4.1).",
            "",
            "The last argument is the host, the others are patterns. Ends with 1 if none matches. Nobody is asked."
        },
        footer = {"", "Example:", "  mta-sts match '*.example.com' mx1.example.com"})
public final class MatchCommand implements Callable<Integer> {

    private final Surroundings here;

    @Parameters(
            arity = "2..*",
            paramLabel = "PATTERN... HOST",
            hideParamSyntax = true,
            description = "One pattern or more, such as mx.example.com or '*.example.com', and the name of a host.")
    private List<String> words = new ArrayList<>();

    @Mixin
    private OutputOptions output = new OutputOptions();

    /**
     * Makes the command.
     *
     * @param here where it runs
     */
    public MatchCommand(Surroundings here) {
        this.here = here;
    }

    /** One pattern, and what it says to the host. */
    record Answer(MxPattern pattern, boolean matches, String why) {

        static Answer of(MxPattern pattern, DomainName host) {
            return new Answer(pattern, pattern.matches(host), why(pattern, host));
        }

        private static String why(MxPattern pattern, DomainName host) {
            if (pattern.matches(host)) {
                return pattern instanceof MxPattern.Exact
                        ? "it is the very name"
                        : "the asterisk stands for \"" + host.toString().split("\\.", 2)[0] + "\"";
            } else if (pattern instanceof MxPattern.AnyLabel any) {
                return whyNot(any.parent(), host);
            }
            return pattern instanceof MxPattern.Exact
                    ? "it is another name"
                    : "it is an address, and no host name is one";
        }

        private static String whyNot(DomainName parent, DomainName host) {
            if (host.equals(parent)) {
                return "the asterisk stands for one label, and there is none before " + parent;
            }
            return host.toString().endsWith("." + parent)
                    ? "the asterisk stands for one label, and there are more before " + parent
                    : "the host is not under " + parent;
        }
    }

    @Override
    public Integer call() {
        DomainName host = host(words.get(words.size() - 1));
        List<Answer> answers = words.subList(0, words.size() - 1).stream()
                .map(word -> Answer.of(pattern(word), host))
                .toList();
        boolean matches = answers.stream().anyMatch(Answer::matches);
        if (output.json()) {
            here.out()
                    .println(Json.object(json -> json.field("host", host)
                            .flag("matches", matches)
                            .objects(
                                    "patterns",
                                    answers,
                                    (inner, answer) -> inner.field("pattern", answer.pattern())
                                            .flag("matches", answer.matches())
                                            .field("why", answer.why()))));
        } else {
            boolean colours = output.colours(here);
            answers.forEach(answer -> here.out()
                    .println((answer.matches() ? Paint.GREEN.on("yes", colours) : Paint.RED.on("no ", colours)) + "  "
                            + answer.pattern() + "  " + host + ": " + answer.why()));
        }
        here.out().flush();
        return matches ? ExitCode.OK : ExitCode.FOUND;
    }

    private static DomainName host(String word) {
        Parsed<TypedName> name = TypedName.parse(word);
        if (name instanceof Parsed.Malformed<TypedName> malformed) {
            throw new Refusal(malformed.detail());
        }
        return name.orElseThrow().name();
    }

    private static MxPattern pattern(String word) {
        Parsed<MxPattern> pattern = TypedName.pattern(word).then(text -> MxPattern.parse(text, Grammar.STRICT));
        if (pattern instanceof Parsed.Malformed<MxPattern> malformed) {
            throw new Refusal(malformed.detail());
        }
        return pattern.orElseThrow();
    }
}
