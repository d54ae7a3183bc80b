namespace Worker.Intake.Counting;

/// <summary>One line every ten seconds in which something was stored, instead of one for every batch.</summary>
internal sealed class ProgressReporter(IntakeCounters counters, QueueDepthMonitor queue, TimeProvider time, ILogger<ProgressReporter> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var settled = 0L;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var totals = counters.Read();
                if (totals.Settled > settled)
                {
                    settled = totals.Settled;
                    logger.Progress(
                        totals.OrdersPerSecond, totals.Stored, totals.Duplicates, totals.DeadLetters.Values.Sum(), totals.Batches, queue.Depth ?? -1);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }
}
