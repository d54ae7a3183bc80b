namespace Infrastructure.RabbitMq.Publishing;

/// <summary>Who can go on after a change in <see cref="OutstandingPublishes"/>.</summary>
[Flags]
internal enum Wake
{
    /// <summary>Nobody waits for this change.</summary>
    None = 0,

    /// <summary>The caller, who waited for room.</summary>
    Caller = 1,

    /// <summary>The pump, which waited for something to send.</summary>
    Pump = 2,
}
