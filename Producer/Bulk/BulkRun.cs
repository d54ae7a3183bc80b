using System.Diagnostics;
using Infrastructure;
using Infrastructure.RabbitMq;
using Infrastructure.RabbitMq.Publishing;
using Producer.CommandLine;
using Producer.Reporting;

namespace Producer.Bulk;

/// <summary>What every bulk command does around its source: connect, feed, wait for the last confirm, sum up.</summary>
internal sealed class BulkRun(BulkSettings settings, IOrderSource source, Reporter reporter)
{
    private readonly UnconfirmedReport _unconfirmed = new(reporter);
    private MassTransitEnvelope? _envelope;
    private RunLedgerWriter? _ledger;

    /// <summary>Runs it all.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        try
        {
            return await PublishAsync(stop);
        }
        catch (IOException failure)
        {
            reporter.Line($"The ledger or the rejects are not complete: {failure.Message}");
            return ExitCodes.File;
        }
    }

    private async Task<int> PublishAsync(CancellationToken stop)
    {
        using var host = ProducerConfiguration.BuildHost(reporter, static _ => { }, ("RabbitMq:Pipeline", settings.Pipeline));
        if (host is null)
        {
            return ExitCodes.Configuration;
        }

        await host.StartAsync(CancellationToken.None);
        try
        {
            return await PublishAsync(host, stop);
        }
        finally
        {
            // After the publisher, which reports what it gives up at its own end.
            _ledger?.Dispose();
            await host.StopAsync(CancellationToken.None);
        }
    }

    private async Task<int> PublishAsync(IHost host, CancellationToken stop)
    {
        var connector = host.Services.GetRequiredService<RabbitMqConnector>();
        _envelope = settings.Envelope ? new MassTransitEnvelope(connector.Names) : null;
        await using var publisher = new ConfirmedPublisher(
            connector,
            settings.Publisher with { OnUnconfirmed = OnUnconfirmed },
            host.Services.GetRequiredService<ILogger<ConfirmedPublisher>>());
        if (await OpenAsync(publisher, stop) is { } failure)
        {
            return failure;
        }

        if (!TryOpenLedger())
        {
            return ExitCodes.File;
        }

        var sink = new OrderSink(publisher, _envelope, _ledger, TimeProvider.System);
        var clock = Stopwatch.StartNew();
        await ProgressDisplay.ShowWhileAsync(FeedAsync(publisher, sink, stop), () => Look(publisher.Counts), reporter);
        _unconfirmed.SayRest();
        var counts = publisher.Counts;
        Summarise(counts, clock.Elapsed).Print(reporter, settings.Json);
        return BulkOutcome.ExitCode(source.Tally, counts, stop.IsCancellationRequested);
    }

    // Not before the broker is there: a run that never began must not take the ledger of the run before.
    private bool TryOpenLedger()
    {
        try
        {
            _ledger = settings.Ledger is { } path ? new RunLedgerWriter(path) : null;
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            reporter.Line(exception.Message);
            return false;
        }
    }

    private async Task<int?> OpenAsync(ConfirmedPublisher publisher, CancellationToken stop)
    {
        try
        {
            await publisher.OpenAsync(stop);
            return null;
        }
        catch (TopologyMismatchException mismatch)
        {
            reporter.Line(mismatch.Message);
            return ExitCodes.Configuration;
        }
        catch (PublisherGaveUpException gaveUp)
        {
            reporter.Line($"Nothing was published: {gaveUp.Message}");
            return BrokerRefusal.Of(gaveUp) is null ? ExitCodes.NotConfirmed : ExitCodes.Configuration;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            reporter.Line("Interrupted; nothing was published.");
            return ExitCodes.Interrupted;
        }
    }

    private async Task FeedAsync(ConfirmedPublisher publisher, OrderSink sink, CancellationToken stop)
    {
        // Let the progress begin even when everything is at hand at once.
        await Task.Yield();
        try
        {
            await source.FeedAsync(sink, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            reporter.Line($"Interrupted. Waiting up to {ConfirmedPublisher.HurryPatience.TotalSeconds:0} s for outstanding confirms.");
        }
        catch (PublisherGaveUpException)
        {
            // It has said why; the books are closed and what they held is reported.
            source.Tally.StoppedByPublisher = true;
            reporter.Line(FormattableString.Invariant($"Stopped after {source.Tally.Read:N0} orders; the rest was not looked at."));
        }

        await publisher.CompleteAsync(stop);
        _ledger?.Complete();
    }

    private void OnUnconfirmed(UnconfirmedMessage message)
    {
        _unconfirmed.Add(message);
        _ledger?.NotConfirmed(message.MessageId);
        source.OnUnconfirmed(message with { Body = _envelope?.MessageIn(message.Body) ?? message.Body });
    }

    private ProgressSnapshot Look(PublishCounts counts)
    {
        var (done, total) = source.Progress;
        return new ProgressSnapshot(done, total, counts.Accepted, counts.Confirmed);
    }

    private Summary Summarise(PublishCounts counts, TimeSpan time) => new()
    {
        Read = source.Tally.Read,
        Published = counts.Accepted,
        Confirmed = counts.Confirmed,
        Duplicates = source.Tally.Duplicates,
        Bad = source.Tally.Bad,
        Refused = source.Tally.Refused,
        Unconfirmed = counts.Unconfirmed,
        Republished = counts.Republished,
        Seconds = Math.Round(time.TotalSeconds, 3),
        OrdersPerSecond = Math.Round(counts.Confirmed / Math.Max(time.TotalSeconds, 0.001), 1),
        Seed = source.Tally.Seed,
    };
}
