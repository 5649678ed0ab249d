// SPDX-License-Identifier: BSD-3-Clause
// How do numbers of a format become a C++ type?  A dozen lines around numformats.h.
#include <numformats.h>

#include <iostream>
#include <stdexcept>
#include <string>

class Format
{
  public:
    explicit Format(const std::string &text)
    {
        nf_text_error error;
        if (nf_format_parse(text.c_str(), &format_, &error) != NF_OK) {
            char sentence[256];
            nf_format_explain(text.c_str(), &error, sentence, sizeof sentence);
            throw std::invalid_argument(sentence);
        }
    }
    const nf_format *get() const
    {
        return &format_;
    }

  private:
    nf_format format_;
};

class Number
{
  public:
    Number(const Format &format, double x)
        : format_(&format), code_(nf_from_double(format.get(), x, nullptr))
    {
    }
    Number operator+(const Number &other) const
    {
        return Number(format_, nf_add(format_->get(), code_, other.code_, nullptr));
    }
    Number operator*(const Number &other) const
    {
        return Number(format_, nf_mul(format_->get(), code_, other.code_, nullptr));
    }
    std::string text() const
    {
        char buffer[96];
        nf_to_text(format_->get(), code_, buffer, sizeof buffer);
        return buffer;
    }

  private:
    Number(const Format *format, uint64_t code) : format_(format), code_(code)
    {
    }
    const Format *format_;
    uint64_t code_;
};

int main(int count, char **words)
{
    try {
        const Format format(count > 1 ? words[1] : "bposit<32,rs=6,es=5>");
        const Number x(format, 0.1), y(format, 3);
        std::cout << (x * y + x).text() << "\n";
    } catch (const std::invalid_argument &error) {
        std::cerr << error.what() << "\n";
        return 2;
    }
    return 0;
}
