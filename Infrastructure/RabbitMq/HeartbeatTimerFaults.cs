using System.Runtime.ExceptionServices;

namespace Infrastructure.RabbitMq;

/// <summary>
/// Keeps the client's heartbeat timer from ending the process. When heartbeats are missed, the timer and the receiving loop may close the same
/// connection at once; whoever comes second fails, and the timer's failure nobody can catch, because its callback is an <c>async void</c>
/// (RabbitMQ.Client before 7.2.1; its issue 1884). The connection is closed by then, and whoever uses it has been told.
/// </summary>
public static class HeartbeatTimerFaults
{
    /// <summary>
    /// To be called once by a program when it begins; the handler is the process's only one. What comes from anywhere else still ends the process.
    /// </summary>
    /// <exception cref="InvalidOperationException">The process has such a handler already.</exception>
    public static void Contain() => ExceptionHandling.SetUnhandledExceptionHandler(IsOne);

    internal static bool IsOne(Exception failure) =>
        failure.StackTrace?.Split('\n').Any(frame =>
            frame.Contains(" RabbitMQ.Client.", StringComparison.Ordinal) && frame.Contains(".HeartbeatReadTimerCallback(", StringComparison.Ordinal)) == true;
}
