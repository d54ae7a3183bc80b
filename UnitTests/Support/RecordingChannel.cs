using System.Reflection;
using RabbitMQ.Client;

namespace UnitTests.Support;

/// <summary>A channel that notes what it is asked to declare, in sequence. Anything else is an error.</summary>
public class RecordingChannel : DispatchProxy
{
    /// <summary>What was declared: a word and its arguments.</summary>
    public List<string> Declared { get; } = [];

    /// <summary>What declaring throws.</summary>
    public Exception? Failure { get; set; }

    public static (IChannel Channel, RecordingChannel Record) Create()
    {
        var channel = Create<IChannel, RecordingChannel>();
        return (channel, (RecordingChannel)(object)channel);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        var values = targetMethod!.GetParameters().Zip(args!, (parameter, value) => (parameter.Name, Value: value))
            .Where(argument => argument.Value is not (null or CancellationToken))
            .Select(argument => $"{argument.Name}={Show(argument.Value!)}");
        Declared.Add($"{targetMethod.Name} {string.Join(' ', values)}");
        return targetMethod.Name switch
        {
            "QueueDeclareAsync" => Task.FromResult(new QueueDeclareOk("", 0, 0)),
            "ExchangeDeclareAsync" or "QueueBindAsync" => Task.CompletedTask,
            _ => throw new NotSupportedException(targetMethod.Name),
        };
    }

    private static string Show(object value) => value is IDictionary<string, object?> table
        ? $"{{{string.Join(", ", table.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}: {entry.Value}"))}}}"
        : $"{value}";
}
