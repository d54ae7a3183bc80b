using Contracts;
using Infrastructure.RabbitMq.Publishing;
using Producer.Bulk;
using Producer.Reporting;

namespace Producer.Publish;

/// <summary>Orders from a file, line by line. The bytes of the line are what is sent; the file is never held in memory.</summary>
internal sealed class PublishSource(NdjsonReader lines, PublishRules rules, RejectsFile? rejects, Reporter reporter) : IOrderSource
{
    private readonly RefusalReport _refusals = new(reporter);

    public Tally Tally { get; } = new();

    public (long Done, long? Total) Progress => (lines.BytesRead, lines.TotalBytes);

    public async Task FeedAsync(OrderSink sink, CancellationToken stop)
    {
        rejects?.Open();
        try
        {
            while (!Tally.StoppedAtRefusal && await lines.ReadAsync(stop))
            {
                if (!lines.IsBlank)
                {
                    Tally.Read++;
                    await HandleLineAsync(sink, stop);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            reporter.Line($"Reading failed after line {lines.Number}: {exception.Message}");
            Tally.InputFailed = true;
        }
        finally
        {
            _refusals.SaySummary();
        }
    }

    public void OnUnconfirmed(UnconfirmedMessage message) =>
        rejects?.Add(message.Tag, message.Body.Span, $"unconfirmed: {message.Reason}");

    private async Task HandleLineAsync(OrderSink sink, CancellationToken stop)
    {
        var maxBytes = OrderRules.MaxBodyBytes - sink.Overhead;
        if (lines.IsTooLong || lines.Line.Length > maxBytes)
        {
            await RefuseAsync(OrderCheck.TooLong(maxBytes), stop);
        }
        else if (rules.Unchecked)
        {
            await sink.PublishAsync(IdOf(sink), lines.Line, sink.Now, lines.Number, stop);
        }
        else if (OrderCheck.Check(lines.Line.Span, out var orderId) is { } refusal)
        {
            await RefuseAsync(refusal, stop);
        }
        else
        {
            await sink.PublishAsync(orderId, lines.Line, sink.Now, lines.Number, stop);
        }
    }

    // A line that nobody checks has an id of its own, unless somebody wants to find the order again.
    private Guid IdOf(OrderSink sink) =>
        sink.KeepsLedger && OrderCheck.Check(lines.Line.Span, out var orderId) is null ? orderId : Guid.CreateVersion7();

    private async Task RefuseAsync(BrokenRule refusal, CancellationToken stop)
    {
        Tally.Refused++;
        Tally.StoppedAtRefusal = rules.Strict;
        _refusals.Add(lines.Number, refusal);
        if (rejects is not null)
        {
            rejects.Add(lines.Number, lines.Line.Span, refusal.ToString(), endsLine: !lines.HasRest);
            await lines.CopyRestAsync(rejects.Continue, stop);
        }
    }
}
