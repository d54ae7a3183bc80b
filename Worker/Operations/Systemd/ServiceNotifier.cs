using System.Net.Sockets;
using Microsoft.Extensions.Hosting.Systemd;

namespace Worker.Operations.Systemd;

/// <summary>
/// Tells systemd that the worker is up, what it is doing, that it is alive, and that it stops. Up means that the host is: a broker or a database
/// that is away is no reason to call the start a failure, nor to kill the worker later, because no restart would mend it. Alive is not said
/// while a lane is stuck, so that systemd starts another process.
/// </summary>
internal sealed class ServiceNotifier(
    ISystemdNotifier manager, WatchdogSettings settings, Vitals vitals, TimeProvider time, ILogger<ServiceNotifier> logger)
    : BackgroundService, IHostedLifecycleService
{
    // The package's socket blocks while the manager's queue is full. The worker waits no longer than this.
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _isUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _sending = new(1, 1);

    private bool _isHeard = true;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await TellAsync($"READY=1\nSTATUS={vitals.Status}");
        _isUp.TrySetResult();
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => TellAsync($"STOPPING=1\nSTATUS={vitals.Status}");

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Goes on while the lanes drain: the host ends it after them.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // systemd begins to wait for a sign of life when it has heard that the worker is up.
            await _isUp.Task.WaitAsync(stoppingToken);
            while (true)
            {
                await Task.Delay(settings.Interval, time, stoppingToken);
                var isAlive = settings.Watchdog is not null && !vitals.IsStuck();
                await TellAsync($"{(isAlive ? "WATCHDOG=1\n" : "")}STATUS={vitals.Status}");
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task TellAsync(string lines)
    {
        try
        {
            // One message at a time: a manager that reads nothing blocks one thread and no more.
            if (!await _sending.WaitAsync(SendLimit))
            {
                throw new TimeoutException("The last message is still on its way.");
            }

            await Task.Run(() => Send(lines)).WaitAsync(SendLimit);
            _isHeard = true;
        }
        catch (Exception unheard) when (unheard is SocketException or TimeoutException)
        {
            // Orders are stored whether or not anybody hears of it.
            if (_isHeard)
            {
                _isHeard = false;
                logger.NotifySocketUnavailable(unheard.Message);
            }
        }
    }

    private void Send(string lines)
    {
        try
        {
            manager.Notify(new ServiceState(lines));
        }
        finally
        {
            _sending.Release();
        }
    }
}
