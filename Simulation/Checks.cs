using Infrastructure.Postgres;
using Simulation.Broker;
using Simulation.Database;

namespace Simulation;

/// <summary>What must be true of the tables once everything is settled.</summary>
internal static class Checks
{
    public static string? FindViolation(IReadOnlyList<Content> contents, SimulatedDatabase database)
    {
        var rows = 0;
        foreach (var order in contents.GroupBy(content => (content.OrderId, Number: content.Reason is null ? -1 : content.Messages[0].Number)))
        {
            if (order.FirstOrDefault(content => IsBlamed(content, database)) is { } blamed)
            {
                if (!WasTriedTwiceInVain(blamed))
                {
                    return $"an innocent was put aside unread ({MessagesOf([blamed])})";
                }

                rows += database.RowsOf(blamed.OrderId);
                continue;
            }

            rows += order.First().Reason is null ? 1 : 0;
            if ((order.First().Reason is null ? OrderViolation([.. order], database) : LetterViolation(order.First(), database)) is { } violation)
            {
                return violation;
            }
        }

        if (database.Rows != rows)
        {
            return $"the table has {database.Rows} rows, and {rows} orders were published";
        }

        var letters = contents.Sum(content => database.LettersOf(content).Count);
        return database.Letters == letters ? null : $"of {database.Letters} dead letters, {database.Letters - letters} say what nobody has published";
    }

    private static bool IsBlamed(Content content, SimulatedDatabase database) =>
        content.Reason != DeadLetter.CrashReason && database.LettersOf(content).Any(letter => letter.Reason == DeadLetter.CrashReason);

    // Mishap upon mishap: twice in a row its process or its channel came to an end while it was tried alone. Nobody can know that it had no part in it.
    private static bool WasTriedTwiceInVain(Content content) => content.Messages.Exists(message => message.ReturnsFromTrial >= 2);

    // One of the contents is the row, each of the others a dead letter.
    private static string? OrderViolation(IReadOnlyList<Content> contents, SimulatedDatabase database)
    {
        var orderId = contents[0].OrderId;
        if (database.RowsOf(orderId) != 1)
        {
            return $"order {orderId} has {database.RowsOf(orderId)} rows ({MessagesOf(contents)})";
        }

        foreach (var content in contents)
        {
            var letters = database.LettersOf(content);
            if (!database.HasRow(content))
            {
                return LetterViolation(content, database, DeadLetter.ConflictReason);
            }

            if (letters.Count > 0)
            {
                return $"order {orderId} is stored, and a dead letter too: {letters[0].Reason} ({MessagesOf([content])})";
            }
        }

        return null;
    }

    private static string? LetterViolation(Content content, SimulatedDatabase database) => LetterViolation(content, database, content.Reason!);

    private static string? LetterViolation(Content content, SimulatedDatabase database, string reason)
    {
        var letters = database.LettersOf(content);
        if (letters.Count == 0)
        {
            return $"a message that can be no order is no dead letter ({MessagesOf([content])})";
        }

        if (letters.FirstOrDefault(letter => letter.Reason != reason) is { } wrong)
        {
            return $"a dead letter says {wrong.Reason} instead of {reason} ({MessagesOf([content])})";
        }

        // Without an id, a message that two workers hold at once cannot be told from two equal ones.
        var most = content.Messages.Where(message => message.Properties.MessageId is not null).DistinctBy(message => message.Properties.MessageId).Count()
            + content.Messages.Where(message => message.Properties.MessageId is null).Sum(message => 1 + message.Returns);
        return letters.Count <= most ? null : $"{letters.Count} dead letters are of one message ({MessagesOf([content])})";
    }

    private static string MessagesOf(IEnumerable<Content> contents) =>
        "message " + string.Join(", ", contents.SelectMany(content => content.Messages).Select(message => message.Number));
}
