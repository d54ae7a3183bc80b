using System.Globalization;
using Benchmarks.Servers;

namespace Benchmarks.Drain;

/// <summary>What a reader must know about drains that did not go as they should.</summary>
internal static class DrainNotes
{
    public static IEnumerable<string> Of(IReadOnlyList<DrainOutcome> drains)
    {
        foreach (var outcome in drains.Where(outcome => outcome.Disqualified is not null))
        {
            yield return $"**Disqualified**: {outcome.Contestant}, {outcome.Scenario}, round {outcome.Round}: {outcome.Disqualified}.";
        }

        foreach (var outcome in drains.Where(outcome => outcome.StolenShare > DrainRun.MostStolen))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"**Stolen time**: {outcome.StolenShare:P1} in {outcome.Contestant}, {outcome.Scenario}, round {outcome.Round}, as in every attempt before.");
        }

        var disturbed = drains.Count(outcome => outcome.OthersShare > MachineTimes.UsualOthersShare);
        if (disturbed > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"**Not alone**: in {disturbed} of {drains.Count} drains other programs used more than {MachineTimes.UsualOthersShare:P0} of the machine (`othersShare` in the JSON file).");
        }
    }

    public static IEnumerable<string> Of(IReadOnlyList<StartOutcome> starts)
    {
        if (starts.Count > 0)
        {
            yield return $"Start to first commit: from the start of the process until the database has committed the first of 1,000 waiting orders, {starts.Count} starts.";
        }

        if (starts.Any(start => !start.IsPublished))
        {
            yield return "**Plain build**: publishing the worker failed, so it compiles itself while it starts. The bar is meant for a published one.";
        }
    }
}
