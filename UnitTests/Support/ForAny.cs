using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Xunit.Sdk;

namespace UnitTests.Support;

/// <summary>Checks a statement over many generated cases. Another seed every run; a failure says how to repeat it.</summary>
internal static class ForAny
{
    private const string SeedVariable = "UNITTESTS_SEED";
    private const string CasesVariable = "UNITTESTS_CASES";

    /// <param name="build">Makes a case.</param>
    /// <param name="show">How a case is printed when it fails, and only then: it may tell what happened.</param>
    /// <param name="check">Throws when the statement does not hold.</param>
    /// <param name="cases">How many; the environment may multiply it.</param>
    public static void Case<T>(Func<Choices, T> build, Func<T, string> show, Action<T> check, int cases)
    {
        var seed = Number(SeedVariable) ?? (ulong)Random.Shared.NextInt64();
        var wanted = cases * (int)(Number(CasesVariable) ?? 1);
        var config = Config.QuickThrowOnFailure
            .WithMaxTest(wanted)
            .WithReplay(new Replay(new Rnd(seed), FSharpOption<int>.None))
            .WithRunner(new Silence());
        var held = 0;
        Exception? failure = null;
        var counterexample = "";
        Check.One(config, Prop.ForAll(Choices.Arbitrary, choices =>
        {
            Func<string> shown = () => "a case that cannot even be built";
            try
            {
                var value = build(choices.Rewind());
                shown = () => show(value);
                check(value);
                held++;
                return true;
            }
            catch (Exception exception)
            {
                // Shrinking goes on from every failure, so the last one is the simplest.
                failure = exception;
                counterexample = shown();
                return false;
            }
        }));

        if (failure is not null)
        {
            throw new XunitException(
                $"Does not hold for: {counterexample}{Environment.NewLine}{failure.Message}{Environment.NewLine}" +
                $"Repeat with {SeedVariable}={seed}", failure);
        }

        Assert.Equal(wanted, held);
    }

    private static ulong? Number(string variable) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    // What FsCheck would print is the draws; what a person wants to see is the case.
    private sealed class Silence : IRunner
    {
        public void OnStartFixture(Type t)
        {
        }

        public void OnArguments(
            int ntest, Microsoft.FSharp.Collections.FSharpList<object> args,
            FSharpFunc<int, FSharpFunc<Microsoft.FSharp.Collections.FSharpList<object>, string>> every)
        {
        }

        public void OnShrink(
            Microsoft.FSharp.Collections.FSharpList<object> args,
            FSharpFunc<Microsoft.FSharp.Collections.FSharpList<object>, string> everyShrink)
        {
        }

        public void OnFinished(string name, TestResult testResult)
        {
            // Whoever runs the property counts what held, and keeps what did not.
        }
    }
}
