using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Infrastructure.RabbitMq;
using IntegrationTests.Stack;
using Microsoft.EntityFrameworkCore;

namespace IntegrationTests;

public sealed partial class When_texts_hold_control_characters
{
    private const string Controls = "\u001b[31m\r\n\u0007\u0085\u009b\u2028\u2029\u202e\u2066\u200f";

    // While the gate is closed nothing can be written, and a trigger of an operator's own says whose order it was.
    private const string Gate =
        """
        create table gate (closed bool);
        insert into gate values (true);
        create function pass_gate() returns trigger language plpgsql as $$
        begin
            if exists (select from gate) then
                raise exception 'not now, % of %', new.customer_id, new.lines using errcode = '42501';
            end if;
            if new.customer_id like 'refused%' then
                raise exception 'never, %', new.customer_id;
            end if;
            return new;
        end $$;
        create trigger pass_gate before insert on orders for each row execute function pass_gate();
        """;

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task An_event_is_a_line_of_the_log_and_orders_keep_every_character(string environment)
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.ExecuteAsync(Gate);
        await pipeline.DeclareAsync();
        var ledger = Ledger.Of(pipeline);
        await ledger.StoresAsync([Some.Order(customer: $"c{Controls}")]);
        await ledger.PutsAsideAsync(Some.Order(customer: $"refused{Controls}"), "store.P0001");
        foreach (var (body, reason, contentType) in Bodies())
        {
            await ledger.PutsAsideAsync(Encoding.UTF8.GetBytes(body), reason, properties =>
            {
                properties.ContentType = contentType;
                properties.MessageId = Controls + Guid.NewGuid();
                properties.Headers = new Dictionary<string, object?> { [Controls] = Controls };
            });
        }

        await using var worker = WorkerProcess.Run(pipeline, [("DOTNET_ENVIRONMENT", environment)]);
        await Eventually.TrueAsync("the breaker is open", () => (worker.Output.Contains("opened the breaker"), worker.Output));
        await pipeline.ExecuteAsync("delete from gate");
        await ledger.SettlesAsync();
        worker.Terminate();
        Assert.Equal(0, await worker.ExitAsync());

        var lines = worker.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, line => line.Contains("not now, c"));
        Assert.All(lines, line => Assert.True(IsAnEvent(environment, line), line));
        Assert.All(lines, line => Assert.DoesNotContain(line, IsDangerous));

        await using var context = pipeline.Context();
        Assert.All(await context.DeadLetters.ToListAsync(), letter => Assert.DoesNotContain(letter.Detail, IsDangerous));
    }

    // Every text of an order and of its surroundings that a reason quotes.
    private static IEnumerable<(string Body, string Reason, string ContentType)> Bodies()
    {
        var escaped = JsonSerializer.Serialize(Controls);
        var order = Encoding.UTF8.GetString(Some.Json(Some.Order()));
        yield return (order.Replace("\"EUR\"", escaped), "rule.currency_format", MessageHeaders.PlainJson);
        yield return (order.Replace("\"total\"", $"{escaped}:1,\"total\""), "decode.unknown_member", MessageHeaders.PlainJson);
        yield return (order.Replace("\"2026-11-20T23:15:01+00:00\"", escaped), "decode.invalid_value", MessageHeaders.PlainJson);
        yield return (order.Replace("\"c-1\"", JsonSerializer.Serialize($"c{Controls}\0")), "rule.nul_character", MessageHeaders.PlainJson);
        yield return (order.Replace("\"SKU-1\"", JsonSerializer.Serialize($"{Controls}\0")), "rule.nul_character", MessageHeaders.PlainJson);
        yield return ($"{Controls}{order}", "decode.malformed_json", MessageHeaders.PlainJson);
        yield return ($"{order} ", "decode.content_type_unsupported", $"text/{Controls}");
    }

    private static bool IsAnEvent(string environment, string line)
    {
        if (environment == "Production")
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.TryGetProperty("EventId", out _);
        }

        return BeginningOfALine().IsMatch(line);
    }

    private static bool IsDangerous(char character) => char.GetUnicodeCategory(character) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    [GeneratedRegex(@"^\d\d:\d\d:\d\d\.\d{3} (info|warn|fail): Worker")]
    private static partial Regex BeginningOfALine();
}
