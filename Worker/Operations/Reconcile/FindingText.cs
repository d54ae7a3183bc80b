using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Worker.Operations.Reconcile;

/// <summary>A finding for people and for programs.</summary>
internal static class FindingText
{
    private const int Shown = 20;

    public static string ForPeople(Finding finding)
    {
        var account = finding.Account;
        var text = new StringBuilder();
        Row("published", account.Published);
        Row("stored", account.Stored);
        Row("duplicates", account.Duplicates);
        Row("dead letters", account.DeadLetters);
        Row(account.Missing < 0 ? "too many" : "missing", Math.Abs(account.Missing));
        Row("waiting in the broker", account.Waiting);
        text.Append(CultureInfo.InvariantCulture, $"{"adds up",-24}{Answer(account)}");
        foreach (var id in finding.MissingIds.Take(Shown))
        {
            text.Append(CultureInfo.InvariantCulture, $"\nmissing: {id}");
        }

        if (finding.MissingIds.Count > Shown)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nmissing: {finding.MissingIds.Count - Shown:N0} more; --json names all");
        }

        if (!finding.IsRunComplete && account.Missing > 0)
        {
            text.Append("\nThe producer's run did not come to its end: what is missing may never have been confirmed.");
        }

        return text.ToString();

        void Row(string name, long number) => text.Append(CultureInfo.InvariantCulture, $"{name,-24}{number:N0}\n");
    }

    public static string ForPrograms(Finding finding) => JsonSerializer.Serialize(
        new ReconcileAnswer(
            finding.Account.Published,
            finding.Account.Stored,
            finding.Account.Duplicates,
            finding.Account.DeadLetters,
            finding.Account.Missing,
            finding.Account.Waiting,
            finding.Account.Verdict == Verdict.AddsUp,
            finding.IsRunComplete,
            finding.MissingIds),
        StatusJson.Default.ReconcileAnswer);

    private static string Answer(Account account) => account.Verdict switch
    {
        Verdict.AddsUp => "yes",
        Verdict.NotYet => "not yet",
        _ => "no",
    };
}

/// <summary>The answer to <c>--json</c>.</summary>
internal sealed record ReconcileAnswer(
    long Published,
    long Stored,
    long Duplicates,
    long DeadLetters,
    long Missing,
    long Waiting,
    bool AddsUp,
    bool RunComplete,
    IReadOnlyList<Guid> MissingIds);
