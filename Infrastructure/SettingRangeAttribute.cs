using System.ComponentModel.DataAnnotations;

namespace Infrastructure;

/// <summary>The range of a whole-number setting. Unlike <see cref="RangeAttribute"/> its error says which setting it is and what it is set to.</summary>
/// <param name="setting">The setting's full name, such as <c>Intake:Lanes</c>.</param>
/// <param name="minimum">Smallest value allowed.</param>
/// <param name="maximum">Largest value allowed.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingRangeAttribute(string setting, int minimum, int maximum) : ValidationAttribute
{
    /// <summary>The setting's full name.</summary>
    public string Setting { get; } = setting;

    /// <summary>Smallest value allowed.</summary>
    public int Minimum { get; } = minimum;

    /// <summary>Largest value allowed.</summary>
    public int Maximum { get; } = maximum;

    /// <inheritdoc />
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is int number && number >= Minimum && number <= Maximum
            ? ValidationResult.Success
            : new ValidationResult($"{Setting} is {value}; {Minimum} to {Maximum} are allowed.");
}
