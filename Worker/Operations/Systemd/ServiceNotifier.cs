using System.Net.Sockets;

namespace Worker.Operations.Systemd;

/// <summary>
/// Tells systemd that the worker is up, what it is doing, that it is alive, and that it stops. Up means that the host is: a broker or a database
/// that is away is no reason to call the start a failure, nor to kill the worker later, because no restart would mend it. Alive is not said
/// while a lane is stuck, so that systemd starts another process.
/// </summary>
internal sealed class ServiceNotifier(NotifySocket socket, NotifySettings settings, Vitals vitals, TimeProvider time, ILogger<ServiceNotifier> logger)
    : BackgroundService, IHostedLifecycleService
{
    private readonly TaskCompletionSource _isUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool _isHeard = true;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Tell("READY=1", $"STATUS={vitals.Status}");
        _isUp.TrySetResult();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        Tell("STOPPING=1", $"STATUS={vitals.Status}");
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        socket.Dispose();
        base.Dispose();
    }

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
                Beat();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private void Beat()
    {
        var status = $"STATUS={vitals.Status}";
        if (settings.Watchdog is null || vitals.IsStuck())
        {
            Tell(status);
        }
        else
        {
            Tell("WATCHDOG=1", status);
        }
    }

    private void Tell(params ReadOnlySpan<string> lines)
    {
        try
        {
            socket.Send(lines);
            _isHeard = true;
        }
        catch (SocketException deaf)
        {
            // Orders are stored whether or not anybody hears of it.
            if (_isHeard)
            {
                _isHeard = false;
                logger.ManagerDeaf(settings.Socket, deaf.Message);
            }
        }
    }
}
