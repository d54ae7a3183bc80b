using System.Reflection;
using RabbitMQ.Client;

namespace UnitTests.Support;

/// <summary>Properties of a message that cannot be read so many times: a fault that nobody foresaw.</summary>
public class FaultyProperties : DispatchProxy
{
    private readonly BasicProperties _properties = new() { ContentType = "application/json" };
    private int _faults;

    public static IReadOnlyBasicProperties Create(int faults)
    {
        var properties = Create<IReadOnlyBasicProperties, FaultyProperties>();
        ((FaultyProperties)properties)._faults = faults;
        return properties;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        ArgumentNullException.ThrowIfNull(targetMethod);
        return _faults-- > 0 ? throw new NotSupportedException("nobody thought of this") : targetMethod.Invoke(_properties, args);
    }
}
